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


def end_twin(workspace: Workspace, *, quiet: bool) -> int:
    """Ask the twin to stop, wait until it has, kill it if it does not."""
    pid = holder_pid(workspace)
    if pid is None:
        if not quiet:
            click.echo("no twin is up in this folder")
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if not _ended(workspace, PATIENCE_SECONDS):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _ended(workspace, PATIENCE_SECONDS)
    click.echo(f"stopped (process {pid})")
    return 0


def _ended(workspace: Workspace, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if holder_pid(workspace) is None:
            return True
        time.sleep(0.05)
    return False
