"""Showing what went wrong: step, resource, cause, log, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.timeline import Entry, Step

if TYPE_CHECKING:
    from rich.console import Console

    from twin.following import Followed

DO = {
    Step.STAGING: "mend the file that is named, then push again",
    Step.IMAGE: "mend the command or the file that is named, then push again",
    Step.TRIGGER: "`make push` or `make upload` again once the cause is gone",
    Step.ETL: "mend the data or the contract, then upload or push again",
    Step.TRAINING: "mend the training code or its settings, then push again",
    Step.DEPLOYMENT: "the previous model still serves; mend the image, then push again",
}
"""What usually helps, by the step that failed; nothing ever has to be cleaned up."""

CONTAINERS = (Step.PIPELINE, Step.RUN)
"""Steps that fail because one of their parts did: the part says more."""


def show_failures(console: Console, followed: Followed) -> None:
    """Print each failure once, the part rather than the whole that contains it."""
    if followed.ignored is not None:
        console.print(f"nothing was started: {followed.ignored.fact}", style="yellow", markup=False)
    parts = [entry for entry in followed.failures if entry.step not in CONTAINERS]
    for entry in parts or followed.failures:
        _show(console, entry)


def _show(console: Console, entry: Entry) -> None:
    console.print(f"[bold red]{entry.step} failed[/]: {entry.resource}", soft_wrap=True)
    console.print(f"  cause  {entry.fact}", markup=False, soft_wrap=True)
    if entry.log:
        console.print(f"  log    make logs STEP={entry.step}   ({entry.log})", soft_wrap=True)
    console.print(f"  do     {DO.get(entry.step, 'mend it, then push again')}", soft_wrap=True)
