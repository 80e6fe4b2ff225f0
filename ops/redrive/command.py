"""`make redrive STACK=`: shows what lies in a stack's dead-letter queues, and sends it again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops import terminal
from ops.aws import code, connect, explained
from ops.errors import OpsError
from ops.redrive.cloud import Cloud
from ops.redrive.decisions import Leave, StartPipeline, Target, items
from ops.redrive.work import put_back, redrive
from ops.stack import load_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.redrive.decisions import Item, Letter
    from ops.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
INTERRUPTED = (
    "interrupted: what was accepted is out of its queue, the rest lies there as before. "
    "The same command goes on; where nobody can answer, with ARGS=--yes."
)
STYLES = {"accepted": "green", "refused": "bold red", "left": "yellow"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--stack", default="", help="Whose queues: dev, prod, twin, ...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what lies there, and leave it.")
def cli(stack: str, *, yes: bool, dry_run: bool) -> None:
    """Send again what lies in the dead-letter queues of a stack.

    An event goes to the trigger's function, a push to the pipeline. A message is deleted after it
    was accepted, and a DAG run that had failed goes on. Doing it twice is harmless.
    """
    console = Console(highlight=False, soft_wrap=True)
    chosen = load_stack(ROOT, stack)
    clients, account = connect(chosen)
    with explained():
        cloud = Cloud(clients, chosen)
        found = items(_letters(cloud, chosen), _target(chosen))
        console.print(f"{chosen.prefix} in account {account}, {chosen.region}", markup=False)
        if not found:
            console.print("the dead-letter queues are empty")
            return
        console.print(_table(found))
        if dry_run or not (yes or _confirmed(found, cloud)):
            put_back(found, cloud)
            console.print("nothing was sent; all of it lies there as before")
            return
        sys.exit(_carry_out(console, found, cloud))


def _confirmed(found: Sequence[Item], cloud: Cloud) -> bool:
    try:
        return click.confirm("Send them again?")
    except click.Abort:
        put_back(found, cloud)
        raise


def _letters(cloud: Cloud, stack: Stack) -> list[Letter]:
    found: list[Letter] = []
    for queue in stack.queues():
        try:
            found.extend(cloud.letters(queue))
        except Exception as error:
            if "NonExistent" not in code(error) and "NotFound" not in code(error):
                raise
            raise _no_queue(queue, stack, error) from error
    return found


def _no_queue(queue: str, stack: Stack, error: Exception) -> OpsError:
    return OpsError(
        "there is no such queue",
        resource=queue,
        found=str(error),
        expected=f"stack {stack.name}, deployed in {stack.region}",
        do="look at the account (aws sts get-caller-identity) and the stack's name; "
        "a stack that is not up yet has lost nothing",
    )


def _target(stack: Stack) -> Target:
    return Target(stack.output("trigger_function"), stack.output("pipeline_name"))


def _carry_out(console: Console, found: Sequence[Item], cloud: Cloud) -> int:
    refused = 0
    for done in redrive(found, cloud):
        refused += done.fate == "refused"
        line = Text(f"{done.fate:>8}  ", style=STYLES[done.fate])
        console.print(line + Text(f"{done.item.what}: {done.fact}", style=""))
    if refused:
        console.print(f"{refused} of {len(found)} were refused and lie there as before: mend the")
        console.print("cause (docs/runbook.md, dead-letters), then do the same again")
    return terminal.FAILED if refused else 0


def _table(found: Sequence[Item]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("queue", "age", "what it was", "goes to"):
        table.add_column(column, overflow="fold")
    table.add_column("why it lies there", overflow="fold", ratio=1)
    for item in found:
        first = item.letters[0]
        times = f" (x{len(item.letters)})" if len(item.letters) > 1 else ""
        table.add_row(
            first.queue,
            age(datetime.now(UTC), first.sent),
            Text(item.what + times),
            _goes_to(item),
            Text(first.error[:300]),
        )
    return table


def _goes_to(item: Item) -> str:
    if isinstance(item.action, Leave):
        return "nobody"
    return item.action.pipeline if isinstance(item.action, StartPipeline) else item.action.function


def age(now: datetime, sent: datetime) -> str:
    """Return how long ago something was, to the unit that matters."""
    seconds = max(0, int((now - sent).total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    return terminal.run("redrive", lambda: cli(arguments, standalone_mode=False), INTERRUPTED)
