"""Ending a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.commands.control import end_twin
from twin.hold import Hold

if TYPE_CHECKING:
    import pytest

    from twin.settings import Workspace

NO_PROCESS = 2**22 + 1
"""One more than the kernel ever gives."""


def test_ending_what_is_not_up_is_no_error(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    code = end_twin(workspace, quiet=False)

    assert code == 0
    assert "no twin is up" in capsys.readouterr().out


def test_quiet_says_nothing(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    end_twin(workspace, quiet=True)

    assert capsys.readouterr().out == ""


def test_a_twin_that_does_not_end_is_said_to_be_there_still(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    hold = Hold(workspace)
    hold.take("make up")
    (workspace.state / "lock").write_text(f'{{"pid": {NO_PROCESS}}}', encoding="utf-8")

    code = end_twin(workspace, quiet=False, patience_s=0.1)

    said = capsys.readouterr()
    assert code == 1
    assert "stopped" not in said.out
    assert f"process {NO_PROCESS} was killed and still holds" in said.err
    hold.release()
