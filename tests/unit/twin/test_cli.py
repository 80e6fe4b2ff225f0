"""How the twin's command line ends."""

from __future__ import annotations

import click
import pytest

from twin.cli import FAILED, INTERRUPTED, MISUSED, main
from twin.errors import TwinError


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (TwinError("no twin is up", do="make up"), FAILED, "no twin is up\n  do: make up\n"),
        (KeyboardInterrupt(), INTERRUPTED, "interrupted; everything was stopped\n"),
        (click.Abort(), INTERRUPTED, "interrupted; everything was stopped\n"),
        (click.NoSuchOption("--foo"), MISUSED, "Error: No such option: --foo\n"),
    ],
)
def test_an_end_has_a_message_and_an_exit_code(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def command() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        main(command, [])

    assert ended.value.code == code
    assert capsys.readouterr().err.endswith(said)


@pytest.mark.parametrize("code", [0, 1])
def test_a_verb_ends_with_its_own_code(code: int) -> None:
    @click.command()
    def command() -> None:
        raise SystemExit(code)

    with pytest.raises(SystemExit) as ended:
        main(command, [])

    assert ended.value.code == code
