"""Running a program as a service would: its own process group, logged, bounded, cancellable."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

TAIL_LINES = 40
"""Last lines of output that are kept for an error message."""

GRACE_SECONDS = 5.0
"""Between SIGTERM and SIGKILL."""

POLL_SECONDS = 0.02

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class LineSink(Protocol):
    """Takes a program's output line by line; a log stream is one."""

    def write(self, line: str) -> None:
        """Take one line, without its line end."""
        ...

    def flush(self) -> None:
        """Pass on what waits."""
        ...


@dataclass(frozen=True)
class Finished:
    """How a program ended. `tail` holds the last lines that it printed, oldest first."""

    exit_code: int
    timed_out: bool
    cancelled: bool
    tail: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Tell whether it ended by itself and without an error."""
        return self.exit_code == 0 and not self.timed_out and not self.cancelled

    @property
    def last_line(self) -> str:
        """Return the last line that holds more than blanks, or an empty string."""
        return next((line for line in reversed(self.tail) if line.strip()), "")


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the thread that started it ends (Linux only).

    Runs between fork and exec, so it must not import or allocate much.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def start_process(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    before_exec: Callable[[], None] = die_with_parent,
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, its output on one pipe.

    The kernel ties its life to the *thread* that called this, so call it from one that stays.
    """
    return subprocess.Popen(
        list(argv),
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=before_exec,  # noqa: PLW1509 - a prctl call alone, safe after a fork
    )


def stop_group(process: subprocess.Popen[bytes], grace_seconds: float = GRACE_SECONDS) -> None:
    """End a program and all that it started: SIGTERM, a grace period, SIGKILL."""
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(grace_seconds)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def run_process(  # noqa: PLR0913 - each a property of one run, keyword only
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: LineSink,
    timeout_s: float,
    stdin: bytes = b"",
    cancel: threading.Event | None = None,
    grace_s: float = GRACE_SECONDS,
) -> Finished:
    """Run a program to its end and return how that was.

    Its output goes to the log line by line. It is ended, with all that it started, when the time
    is up or `cancel` is set: by SIGTERM, and after `grace_s` by SIGKILL.
    """
    process = start_process(argv, cwd=cwd, env=env)
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    reader = threading.Thread(target=_copy_lines, args=(process.stdout, log, tail), daemon=True)
    reader.start()
    _feed(process, stdin)
    timed_out, cancelled = _wait(process, timeout_s, cancel)
    if timed_out or cancelled:
        stop_group(process, grace_s)
    _signal_group(process, signal.SIGKILL)
    reader.join(GRACE_SECONDS)
    log.flush()
    return Finished(process.returncode, timed_out, cancelled, tuple(tail))


def _wait(
    process: subprocess.Popen[bytes], timeout_s: float, cancel: threading.Event | None
) -> tuple[bool, bool]:
    """Wait for the end; return whether the time was up and whether somebody cancelled."""
    waited = 0.0
    while waited < timeout_s:
        try:
            process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            waited += POLL_SECONDS
        else:
            return False, False
        if cancel is not None and cancel.is_set():
            return False, True
    return True, False


def _feed(process: subprocess.Popen[bytes], stdin: bytes) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError):  # it ended without reading; its exit code tells
        process.stdin.write(stdin)
        process.stdin.close()


def _copy_lines(pipe: IO[bytes], log: LineSink, tail: deque[str]) -> None:
    with pipe:
        for raw in pipe:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            tail.append(line)
            log.write(line)


def _signal_group(process: subprocess.Popen[bytes], signum: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody of the group is left
        os.killpg(process.pid, signum)
