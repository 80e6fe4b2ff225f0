"""How a command ends."""

from __future__ import annotations

import click
import pytest

from ops.errors import OpsError
from ops.terminal import FAILED, INTERRUPTED, run


@pytest.mark.parametrize(
    ("error", "exit_code", "said"),
    [
        (OpsError("no queue", do="look"), FAILED, "do: look"),
        (KeyboardInterrupt(), INTERRUPTED, "go on"),
        (click.Abort(), INTERRUPTED, "go on"),
    ],
)
def test_an_end_has_a_message_and_an_exit_code(
    error: BaseException, exit_code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        run(command, "the same command will go on")

    assert ended.value.code == exit_code
    shown = capsys.readouterr()
    assert said in shown.err
    assert "Traceback" not in shown.err
