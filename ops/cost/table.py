"""Estimates as tables for a terminal, with all that they rest on below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from ops.cost.lines import many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ops.cost.estimate import Estimate
    from ops.cost.lines import Line

CENT: Final = 0.005
WIDTH: Final = 110
"""Columns where the output goes into a file: there is no terminal whose width could be asked."""


def show(console: Console, estimates: Sequence[Estimate]) -> None:
    """Print a table of each stack, then what all of them have in common."""
    if not console.is_terminal:
        console.width = WIDTH
    for one in estimates:
        console.print(table(one))
        _notes(console, one)
    free = {token: reason for one in estimates for token, reason in one.free.items()}
    console.print(Text("Counted as nothing:", style="bold"))
    for reason, tokens in _by_reason(free).items():
        console.print(Text(f"  {reason}: {', '.join(tokens)}"))


def table(estimate: Estimate) -> Table:
    """Return what costs, the dearest first; what is below a cent is put together."""
    found = Table(title=f"{estimate.stack}: ${estimate.monthly:,.2f} a month", title_justify="left")
    found.add_column("resource")
    found.add_column("for what")
    found.add_column("a month", justify="right")
    small = [one for one in estimate.lines if one.known and one.monthly < CENT]
    for one in estimate.lines:
        if one not in small:
            found.add_row(*_row(one))
    if small:
        rest = sum(one.monthly for one in small)
        found.add_row(many(len(small), "other"), "less than a cent each", f"${rest:,.2f}")
    return found


def _row(one: Line) -> tuple[Text, Text, str]:
    amount = f"${one.monthly:,.2f}" if one.known else "unknown"
    return Text(one.resource), Text(one.what), amount


def _notes(console: Console, estimate: Estimate) -> None:
    for assumption in estimate.assumptions:
        console.print(Text(f"  - {assumption}"))
    if estimate.unpriced:
        unpriced = ", ".join(estimate.unpriced)
        console.print(Text(f"  - not counted, as nobody has priced it: {unpriced}", style="red"))
    if estimate.is_over_budget:
        over = f"  - more than the stack's budget of ${estimate.budget:,.0f} (`monthlyBudget`)"
        console.print(Text(over, style="red"))
    console.print()


def _by_reason(free: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for token, reason in sorted(free.items()):
        found.setdefault(reason, []).append(_short(token))
    return found


def _short(token: str) -> str:
    _, module, name = token.split(":")
    return f"{module.split('/')[0]} {name}"
