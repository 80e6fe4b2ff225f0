"""Estimates as tables for a terminal, with all that they rest on below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from ops.cost.rows import rows
from ops.graph import short_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ops.cost.estimate import Estimate
    from ops.cost.rows import Row

WIDTH: Final = 100
"""Columns where the output goes into a file: there is no terminal whose width could be asked."""


def show(console: Console, estimates: Sequence[Estimate]) -> None:
    """Print a table of each stack with what it alone rests on, then what all have in common."""
    if not console.is_terminal:
        console.width = WIDTH
    common = _common([one.assumptions for one in estimates])
    for one in estimates:
        console.print(table(one))
        _print(console, [Text(each) for each in one.assumptions if each not in common])
        _print(console, _warnings(one))
        console.print()
    console.print(Text("All of it rests on:", style="bold"))
    _print(console, [Text(each) for each in common])
    console.print()
    console.print(Text("Counted as nothing:", style="bold"))
    free = {token: reason for one in estimates for token, reason in one.free.items()}
    _print(console, [Text(f"{why}: {', '.join(of)}") for why, of in _by_reason(free).items()])


def table(estimate: Estimate) -> Table:
    """Return what costs, the dearest first; what is cheap is put together."""
    found = Table(title=f"{estimate.stack}: ${estimate.monthly:,.2f} a month", title_justify="left")
    found.add_column("resource")
    found.add_column("for what")
    found.add_column("a month", justify="right")
    for one in rows(estimate.lines):
        found.add_row(*_cells(one))
    return found


def _cells(row: Row) -> tuple[Text, Text, str]:
    amount = "unknown" if row.monthly is None else f"${row.monthly:,.2f}"
    return Text(row.who), Text(row.what), amount


def _common(stated: Sequence[Sequence[str]]) -> list[str]:
    first, *others = stated
    return [each for each in first if all(each in other for other in others)]


def _warnings(estimate: Estimate) -> list[Text]:
    found: list[Text] = []
    if estimate.unpriced:
        unpriced = ", ".join(estimate.unpriced)
        found.append(Text(f"not counted, as nobody has priced it: {unpriced}", style="red"))
    if estimate.is_over_budget:
        over = f"more than the stack's budget of ${estimate.budget:,.0f} (`monthlyBudget`)"
        found.append(Text(over, style="red"))
    return found


def _print(console: Console, sentences: Sequence[Text]) -> None:
    """Print a list; what does not fit on a line goes on below its own beginning."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    for sentence in sentences:
        grid.add_row("  -", sentence)
    if sentences:
        console.print(grid)


def _by_reason(free: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for token, reason in sorted(free.items()):
        found.setdefault(reason, []).append(short_type(token))
    return found
