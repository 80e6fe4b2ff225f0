"""A family of processes that lives and dies together.

On Linux three things see to it: every fork dies with the process that made it; orphans come back to
the head of the family; and the head ends all of them when it ends, or when whoever started it is
gone. Elsewhere only the last holds (macOS: untried).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import select
import signal
import sys
import time
import traceback
from typing import TYPE_CHECKING, Final

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PR_SET_PDEATHSIG: Final = 1
PR_SET_CHILD_SUBREAPER: Final = 36

LONGEST_END_SECONDS: Final = 5.0
"""How long the kernel may take to end processes that were killed."""

_libc = ctypes.CDLL(None, use_errno=True)
_forking: list[int] = []


def lead_family() -> None:
    """Make this process the head of a family; call it before the first fork."""
    if sys.platform != "linux":
        return
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.register_at_fork(before=_note_parent, after_in_child=_die_with_parent)


def _note_parent() -> None:
    _forking[:] = [os.getpid()]


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != _forking[0]:
        os._exit(1)  # the parent ended before the line above


def fork(work: Callable[[], None], log: Path) -> int:
    """Do work in a child process whose output goes to a log; return its id.

    The child ends with the work: with status 0, what `SystemExit` says, or 1 after an exception.
    """
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _redirect(log)
        _forget_signals()
        gc.enable()
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the last line of a process
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _redirect(log: Path) -> None:
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, number in ((nothing, 0), (target, 1), (target, 2)):
        os.dup2(source, number)
    os.close(target)
    os.close(nothing)


def _forget_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def is_orphan(lifeline: int, wait_seconds: float = 0.0) -> bool:
    """Tell whether the process at the other end of the lifeline is gone; wait that long for it."""
    readable, _, _ = select.select([lifeline], [], [], wait_seconds)
    return bool(readable) and os.read(lifeline, 1) == b""


def reap() -> tuple[int, int] | None:
    """Return id and exit code of a child that ended, if there is one."""
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, os.waitstatus_to_exitcode(status)) if pid else None


def end_family() -> int:
    """Kill all descendants of this process, programs that they started too; return how many.

    There is nothing to be gentle about: what they worked on is thrown away.
    """
    deadline = time.monotonic() + LONGEST_END_SECONDS
    killed: set[int] = set()
    while (left := psutil.Process().children(recursive=True)) and time.monotonic() < deadline:
        for process in left:  # parents come before their children, so nobody makes new ones
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
                killed.add(process.pid)
        while reap():
            pass
        time.sleep(0.01)
    return len(killed)


def end_session(leader: int) -> None:
    """Kill what is left of the session of a process that ended by force."""
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)
