"""How the operator's commands end: in one clear message, with an exit code for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED = 1
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it."""


def run(command: Callable[[], object], interrupted: str) -> None:
    """Run a command line; `interrupted` says what holds after Ctrl-C, and how to go on."""
    try:
        command()
    except OpsError as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(FAILED)
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"\n{interrupted}", err=True)
        sys.exit(INTERRUPTED)
