"""Firing the schedule of a twin that is up, and following what no event had started."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3
from rich.console import Console

from twin.cloud import CONFIG
from twin.commands.failures import show_failures
from twin.errors import TwinError
from twin.following import Followed, wait_for
from twin.hold import read_running
from twin.progress import Progress
from twin.services.event_runs import RECONCILIATION
from twin.services.schedules import DETAIL_TYPE, SOURCE
from twin.timeline import Step, follow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin.hold import Running
    from twin.settings import Workspace
    from twin.timeline import Entry

RULE = "trigger-schedule"
"""What the rule is called after the stack's prefix."""

LONGEST_SECONDS = 120.0
"""How long the function may take."""


def fire_schedule(workspace: Workspace) -> int:
    """Fire it, say what it found, follow the runs that it started; return the exit code."""
    running = read_running(workspace)
    timeline, began = workspace.last / "timeline.jsonl", time.time()
    _fire(running)
    console = Console()
    lost: list[Entry] = []
    for entry in _since(timeline, began):
        if entry.run == RECONCILIATION:
            console.print(entry.fact, markup=False, highlight=False, soft_wrap=True)
            return _follow(workspace, console, lost, began) if entry.state == "ignored" else 1
        console.print(entry.fact, markup=False, highlight=False, soft_wrap=True)
        lost.append(entry)
    raise AssertionError("a timeline never ends")


def _fire(running: Running) -> None:
    session: Any = boto3.session.Session("twin", "twin", region_name=running.region)
    events = session.client("events", endpoint_url=running.url, config=CONFIG)
    rule = events.describe_rule(Name=f"{running.outputs['name_prefix']}-{RULE}")
    entry = {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps({}),
        "Resources": [rule["Arn"]],
    }
    events.put_events(Entries=[entry])


def _since(timeline: Path, began: float) -> Iterator[Entry]:
    """Yield what the function did since then, as it comes."""
    for entry in follow(timeline):
        if entry is not None and entry.step is Step.TRIGGER and entry.at >= began:
            yield entry
        if time.time() - began > LONGEST_SECONDS:
            raise TwinError(
                f"the schedule was fired, and nothing came of it in {LONGEST_SECONDS:.0f} s",
                step="trigger",
                expected="an answer of the trigger's function",
                do="look at `make logs STEP=trigger`, and whether the rule is enabled",
            )


def _follow(workspace: Workspace, console: Console, lost: list[Entry], began: float) -> int:
    """Follow what was lost to its outcomes."""
    runs = [entry for entry in lost if entry.state == "succeeded" and "lost" in entry.fact]
    if not runs:
        return 0
    followed = Followed(
        "",
        frozenset(entry.run for entry in runs),
        frozenset(entry.fact.split()[0] for entry in runs),
    )
    with Progress(console) as progress:
        wait_for(workspace.last / "timeline.jsonl", followed, progress.show, since=began)
    show_failures(console, followed)
    return 0 if followed.ok else 1
