"""How the operator's commands end: in one clear message, with an exit code for scripts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED = 1
MISUSED = 2
"""Exit code for an option or argument that there is not."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it."""

UNHEARD = 141
"""Exit code when nobody reads on, as of a program that SIGPIPE ends."""

_OPTIONS = "  do: look at the options: .venv/bin/python -m ops.{step} --help"

NOTHING_CHANGED = (
    "interrupted: it only reads, so nothing was changed. The same command begins anew."
)


def run(
    step: str,
    command: Callable[[], object],
    interrupted: str = NOTHING_CHANGED,
    *,
    failed: int = FAILED,
) -> int:
    """Run a command line and return its exit code; what a person has to mend is one message.

    Args:
        step: The verb, with which each message begins.
        command: Returns its exit code, or nothing where all went well.
        interrupted: Says what holds after Ctrl-C, and how to go on.
        failed: The exit code for an error that the person has to mend.
    """
    try:
        code = command()
        sys.stdout.flush()
    except OpsError as error:
        code = _tell(step, str(error), failed)
    except click.UsageError as error:
        code = _tell(step, f"{error.format_message()}\n{_OPTIONS.format(step=step)}", MISUSED)
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"\n{step}: {interrupted}", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        # Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = UNHEARD
    return code if isinstance(code, int) else 0


def _tell(step: str, message: str, code: int) -> int:
    click.secho(f"{step}: {message}", fg="red", err=True)
    return code
