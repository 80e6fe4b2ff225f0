"""Shows what came of the checks: a table, then what to do, one line for each fault."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from ops.preflight.check import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ops.preflight.check import Result

STYLES = {
    Status.HOLDS: "green",
    Status.FAILED: "bold red",
    Status.DOUBTFUL: "yellow",
    Status.MISSING: "dim",
    Status.UNREADABLE: "yellow",
}


def show(console: Console, title: str, results: Sequence[Result]) -> None:
    """Print the results."""
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for heading in ("check", "", "what holds, or was found"):
        table.add_column(heading, overflow="fold")
    for result in results:
        told = result.says if result.status is Status.HOLDS else result.found
        table.add_row(result.check, Text(result.status, STYLES[result.status]), told)
    console.print(table)
    for result in results:
        if result.status in (Status.FAILED, Status.DOUBTFUL):
            console.print()
            console.print(Text(f"{result.check} {result.status}", STYLES[result.status]))
            for word, told in (
                ("found", result.found),
                ("expected", result.expected),
                ("do", result.do),
            ):
                console.print(f"  {word}: {told}", highlight=False, soft_wrap=True)
    console.print()
    console.print(summary(results), highlight=False)


def summary(results: Sequence[Result]) -> str:
    """Return how many came out how, in one line."""
    counts = Counter(result.status for result in results)
    parts = [f"{counts[status]} {status}" for status in Status if counts[status]]
    return f"{len(results)} checks: {', '.join(parts)}"
