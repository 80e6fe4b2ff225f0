"""Ending a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.commands.control import end_twin

if TYPE_CHECKING:
    import pytest

    from twin.settings import Workspace


def test_ending_what_is_not_up_is_no_error(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    code = end_twin(workspace, quiet=False)

    assert code == 0
    assert "no twin is up" in capsys.readouterr().out


def test_quiet_says_nothing(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    end_twin(workspace, quiet=True)

    assert capsys.readouterr().out == ""
