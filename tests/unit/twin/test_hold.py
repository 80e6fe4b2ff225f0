"""One twin a folder."""

from __future__ import annotations

import fcntl
import os
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.twin.builders import running
from twin.errors import TwinError
from twin.hold import Hold, find_running, holder_pid, read_running, state_file, write_running

if TYPE_CHECKING:
    from twin.settings import Workspace


def test_a_second_twin_is_told_who_holds_the_folder(workspace: Workspace) -> None:
    first = Hold(workspace)
    first.take("make up")

    with pytest.raises(TwinError) as raised:
        Hold(workspace).take("make run")

    assert f"`make up`, process {os.getpid()}" in str(raised.value)
    first.release()


def test_what_was_released_can_be_taken_again(workspace: Workspace) -> None:
    first = Hold(workspace)
    first.take("make up")
    first.release()

    second = Hold(workspace)
    second.take("make run")

    assert holder_pid(workspace) == os.getpid()
    second.release()


def test_who_only_looks_for_a_moment_keeps_no_twin_out(workspace: Workspace) -> None:
    hold = Hold(workspace)
    looking = (workspace.state / "lock").open("w", encoding="utf-8")
    fcntl.flock(looking, fcntl.LOCK_SH)

    threading.Timer(0.05, looking.close).start()
    hold.take("make run")

    assert holder_pid(workspace) == os.getpid()
    hold.release()


def test_nobody_holds_a_folder_that_was_never_used(workspace: Workspace) -> None:
    assert holder_pid(workspace) is None


def test_a_state_that_a_crash_left_is_no_running_twin(workspace: Workspace) -> None:
    write_running(workspace, running(os.getpid()))

    assert find_running(workspace) is None


def test_a_twin_that_holds_the_folder_is_found(workspace: Workspace) -> None:
    hold = Hold(workspace)
    hold.take("make up")
    write_running(workspace, running(os.getpid()))

    found = find_running(workspace)

    assert found == running(os.getpid())
    hold.release()


def test_the_password_can_be_read_by_its_owner_alone(workspace: Workspace) -> None:
    write_running(workspace, running())

    mode = stat.S_IMODE(state_file(workspace).stat().st_mode)

    assert mode == 0o600


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]"])
def test_a_state_that_cannot_be_read_is_no_running_twin(workspace: Workspace, text: str) -> None:
    state_file(workspace).write_text(text, encoding="utf-8")

    assert find_running(workspace) is None


def test_without_a_twin_the_error_says_how_to_start_one(workspace: Workspace) -> None:
    with pytest.raises(TwinError, match="make up"):
        read_running(workspace)
