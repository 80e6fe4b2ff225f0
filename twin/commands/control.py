"""Ending a twin that is up."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

import click

from twin.hold import holder_pid

if TYPE_CHECKING:
    from twin.settings import Workspace

PATIENCE_SECONDS = 15.0
"""How long a twin may take to stop by itself before it is killed."""


def end_twin(workspace: Workspace, *, quiet: bool, patience_s: float = PATIENCE_SECONDS) -> int:
    """Ask the twin to stop, wait until it has, kill it if it does not; return the exit code."""
    pid = holder_pid(workspace)
    if pid is None:
        if not quiet:
            click.echo("no twin is up in this folder")
        return 0
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        if _ended(workspace, pid, patience_s):
            click.echo(f"stopped (process {pid})")
            return 0
    click.echo(
        f"process {pid} was killed and still holds {workspace.root}: look at it with "
        f"`ps -fp {pid}`, and try again when it is gone",
        err=True,
    )
    return 1


def _ended(workspace: Workspace, pid: int, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if holder_pid(workspace) != pid:
            return True
        time.sleep(0.05)
    return False
