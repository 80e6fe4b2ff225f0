"""How a command ends."""

from __future__ import annotations

import click
import pytest

from ops.errors import OpsError
from ops.terminal import FAILED, INTERRUPTED, MISUSED, run


def ended(error: BaseException, **options: int) -> int:
    def command() -> None:
        raise error

    return run("redrive", command, "the same command will go on", **options)


@pytest.mark.parametrize(
    ("error", "exit_code", "said"),
    [
        (OpsError("no queue", do="look"), FAILED, "redrive: no queue\n  do: look\n"),
        (KeyboardInterrupt(), INTERRUPTED, "\nredrive: the same command will go on\n"),
        (click.Abort(), INTERRUPTED, "\nredrive: the same command will go on\n"),
        (
            click.NoSuchOption("--foo"),
            MISUSED,
            "redrive: No such option: --foo\n"
            "  do: look at the options: .venv/bin/python -m ops.redrive --help\n",
        ),
    ],
)
def test_an_end_has_a_message_and_an_exit_code(
    error: BaseException, exit_code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(error) == exit_code
    assert capsys.readouterr() == ("", said)


def test_a_verb_may_have_an_exit_code_of_its_own_for_errors() -> None:
    assert ended(OpsError("nothing could be asked"), failed=2) == 2


@pytest.mark.parametrize(("result", "exit_code"), [(None, 0), (0, 0), (1, 1)])
def test_a_command_that_ends_says_how(result: int | None, exit_code: int) -> None:
    assert run("redrive", lambda: result) == exit_code


def test_colours_are_for_terminals_alone(capsys: pytest.CaptureFixture[str]) -> None:
    ended(OpsError("no queue"))

    assert "\x1b" not in capsys.readouterr().err
