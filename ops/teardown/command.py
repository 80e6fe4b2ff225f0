"""`make teardown STACK=`: shows what a stack's DAGs made, asks, and deletes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops import terminal
from ops.aws import connect, explained
from ops.stack import load_stack
from ops.teardown.cloud import Cloud
from ops.teardown.decisions import plan
from ops.teardown.remains import next_steps
from ops.teardown.work import take_away

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.teardown.decisions import Plan, Thing

ROOT = Path(__file__).resolve().parents[2]
INTERRUPTED = (
    "interrupted: what was being deleted goes on being deleted, the rest is as it was. "
    "The same command goes on; where nobody can answer, with ARGS=--yes."
)
STYLES = {"deleted": "green", "refused": "bold red", "gone already": "dim"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--stack", default="", help="Whose endpoints and models: dev, prod, twin, ...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be deleted, and delete nothing.")
def cli(stack: str, *, yes: bool, dry_run: bool) -> None:
    """Delete what the DAGs of a stack made: before `pulumi destroy`, which does not know of it.

    Endpoints go first, for they cost money. What another stack made is let alone, however alike
    the names are. Doing it twice is harmless.
    """
    console = Console(highlight=False, soft_wrap=True)
    chosen = load_stack(ROOT, stack)
    clients, account = connect(chosen)
    with explained():
        cloud = Cloud(clients, chosen.prefix)
        found = plan(chosen.prefix, cloud.find())
        console.print(f"{chosen.prefix} in account {account}, {chosen.region}", markup=False)
        _show(console, found)
        if dry_run or (found.things and not (yes or _confirmed(stack))):
            console.print("nothing was deleted")
            return
        refused = _carry_out(console, found.things, cloud)
        refused += _made_meanwhile(console, cloud, chosen.prefix) if not refused else 0
    if refused:
        console.print("not everything is gone: mend the cause, then do the same again")
        sys.exit(terminal.FAILED)
    for line in next_steps(chosen, found.ended_jobs):
        console.print(line, markup=False)


def _show(console: Console, found: Plan) -> None:
    if found.things:
        console.print(_table("to be deleted", found.things))
    else:
        console.print("the DAGs of this stack have left nothing to delete")
    if found.kept:
        console.print(_table("let alone", found.kept))


def _table(title: str, things: Sequence[Thing]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=title, title_justify="left")
    for column in ("kind", "name", ""):
        table.add_column(column, overflow="fold")
    for thing in things:
        table.add_row(thing.kind, Text(thing.name), Text(thing.note))
    return table


def _confirmed(stack: str) -> bool:
    typed = click.prompt(f"Type {stack} to delete these for good", default="", show_default=False)
    return bool(typed == stack)


def _carry_out(console: Console, things: Sequence[Thing], cloud: Cloud) -> int:
    """Delete them, say so one by one, return how many were refused."""
    refused = 0
    for done in take_away(things, cloud):
        refused += done.fate == "refused"
        line = Text(f"{done.fate:>12}  ", style=STYLES.get(done.fate, ""))
        fact = f": {done.fact}" if done.fact else ""
        console.print(line + Text(f"{done.thing.kind} {done.thing.name}{fact}", style=""))
    return refused


def _made_meanwhile(console: Console, cloud: Cloud, prefix: str) -> int:
    """Return how much there is again: a DAG run that was under way goes on making things."""
    left = [one for one in plan(prefix, cloud.find()).things if one.note != "Stopping"]
    for thing in left:
        console.print(
            f"there again: {thing.kind} {thing.name}; a DAG run is under way", markup=False
        )
    return len(left)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    return terminal.run("teardown", lambda: cli(arguments, standalone_mode=False), INTERRUPTED)
