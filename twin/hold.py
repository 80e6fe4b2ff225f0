"""One twin at a time: who holds the folder, and how the other verbs find it."""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

from twin.errors import TwinError

if TYPE_CHECKING:
    from pathlib import Path

    from twin.settings import Workspace


TAKE_PATIENCE_SECONDS = 0.3
"""Outlasts who only looks: `make status` and `make down` share the lock for a moment."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """What the other verbs need to know of a twin that is up.

    `ports` maps a name to a port; the next start asks for the same ones first.
    """

    pid: int
    url: str
    airflow_url: str
    airflow_username: str
    airflow_password: str
    branch: str
    region: str
    outputs: dict[str, Any]
    ports: dict[str, int]


class Hold:
    """Keeps a second twin out of the folder for as long as this process lives.

    The kernel lets go of the lock when the process ends, however it ends: nothing to clean up.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._file: IO[str] | None = None

    def take(self, command: str) -> None:
        """Take the folder.

        Raises:
            TwinError: somebody else has it (says who, since when, and what to do), or the folder
                can't be written.
        """
        file = _open(self._workspace)
        if not _lock(file, TAKE_PATIENCE_SECONDS):
            with file:
                raise _held(file, self._workspace)
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "command": command, "since": time.time()}, file)
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let go, and take away what the other verbs look for; nothing if it never had hold."""
        if self._file is not None:
            state_file(self._workspace).unlink(missing_ok=True)
            self._file.close()
            self._file = None


def _open(workspace: Workspace) -> IO[str]:
    try:
        workspace.state.mkdir(exist_ok=True)
        return (workspace.state / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise TwinError(
            "the twin's folder can't be written",
            resource=str(workspace.state),
            found=str(error),
            expected="a folder that this user may write, on a disk with some free space",
            do="change the owner or the mode of the project's folder, or clone it elsewhere",
        ) from error


def _lock(file: IO[str], patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        else:
            return True


def _held(file: IO[str], workspace: Workspace) -> TwinError:
    file.seek(0)
    try:
        holder = json.loads(file.read())
        who = f"`{holder['command']}`, process {holder['pid']}"
        who += f", for {time.time() - holder['since']:.0f} s"
    except (ValueError, KeyError):
        who = "a process that is just starting"
    return TwinError(
        "another twin runs in this folder",
        resource=str(workspace.root),
        found=who,
        do="wait for it, end it with `make down`, or use it: `make push`, `make status`",
    )


def state_file(workspace: Workspace) -> Path:
    """Return the file in which a twin that is up says where everything is."""
    return workspace.state / "running.json"


def write_running(workspace: Workspace, running: Running) -> None:
    """Say where everything is; only this user may read it, since it holds Airflow's password."""
    file = state_file(workspace)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(json.dumps(asdict(running), indent=1), encoding="utf-8")


def read_running(workspace: Workspace) -> Running:
    """Return the twin that is up.

    Raises:
        TwinError: none is.
    """
    running = find_running(workspace)
    if running is None:
        raise TwinError(
            "no twin is up in this folder",
            resource=str(workspace.root),
            do="start one with `make up` in another terminal, and try again when it is up",
        )
    return running


def find_running(workspace: Workspace) -> Running | None:
    """Return the twin that is up and ready, or None."""
    try:
        running = Running(**json.loads(state_file(workspace).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return running if holder_pid(workspace) == running.pid else None


def holder_pid(workspace: Workspace) -> int | None:
    """Return the process that holds the folder now, or None.

    Who only looks shares the lock, so that many may look at once and none is taken for a twin.
    """
    lock = workspace.state / "lock"
    if not lock.exists():
        return None
    with lock.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            return _pid_in(file.read())
    return None


def _pid_in(text: str) -> int | None:
    try:
        return int(json.loads(text)["pid"])
    except (ValueError, KeyError, TypeError):
        return None
