"""The real Pulumi engine on the unchanged program, against an account of the twin's."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

from rich.console import Console

from ops.errors import OpsError
from ops.stack_names import some_stacks
from twin.engine.account import fresh_account
from twin.engine.command import Pulumi, find_pulumi
from twin.engine.journey import Journey
from twin.engine.project import lay_out
from twin.errors import TwinError
from twin.signals import raise_on_sigterm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from twin.engine.journey import Step
    from twin.settings import Workspace

FOLDER = "engine"
"""Where state, plugins and the account's scratch lie: in `.twin`, emptied at each start."""

TITLE_WIDTH = 42


def tell_engine(workspace: Workspace, named: str) -> int:
    """Let each stack live from nothing to nothing under the engine; return the exit code.

    Args:
        workspace: The project, and where the engine's state may lie.
        named: Stacks with commas between them.
    """
    console = Console()
    stacks = _stacks(workspace.root, named)
    raise_on_sigterm()
    executable = find_pulumi()
    began = time.monotonic()
    for stack in stacks:
        folder = workspace.state / FOLDER / stack
        shutil.rmtree(folder, ignore_errors=True)
        with fresh_account(folder / "account") as (cloud, refusals):
            pulumi = Pulumi(executable, lay_out(workspace.root, folder), folder, cloud.url)
            console.print(f"[bold]{stack}[/bold]  pulumi {pulumi.version()} against {cloud.url}")
            journey = Journey(pulumi, stack, workspace.root, cloud, refusals)
            for step in journey.steps():
                _show(console, step)
    console.print(f"[dim]{time.monotonic() - began:.1f} s in all[/dim]")
    return 0


def _stacks(root: Path, named: str) -> Sequence[str]:
    try:
        return some_stacks(root, named)
    except OpsError as error:
        raise TwinError(
            error.cause, step="engine", found=error.found, expected=error.expected, do=error.do
        ) from error


def _show(console: Console, step: Step) -> None:
    line = f"  {step.title:<{TITLE_WIDTH}}{step.seconds:5.1f} s  {step.fact}"
    console.print(line, markup=False, highlight=False, soft_wrap=True)
