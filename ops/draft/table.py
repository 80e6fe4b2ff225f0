"""What was decided and why, as a table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from models.columns import Column
    from ops.draft.draft import Draft

WIDTH: Final = 120
"""Where the output goes into a file: there is no terminal whose width could be asked."""


def show(console: Console, drafted: Draft) -> None:
    """Print what was decided for each column, and for the file as a whole."""
    if not console.is_terminal:
        console.width = WIDTH
    console.print(Text(", ".join(_facts(drafted))))
    console.print(table(drafted))
    for line in summary(drafted):
        console.print(line)


def table(drafted: Draft) -> Table:
    """Return the columns with their kinds, what they may hold, what was seen, and what to check."""
    found = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("column", "kind", "may hold", "seen, and why so"):
        found.add_column(heading, overflow="fold")
    for one in drafted.decisions:
        is_target = one.column.name == drafted.target
        why = Text(f"{one.seen}; {one.why}")
        for check in one.checks:
            why.append(f"\ncheck: {check}", style="yellow")
        name = Text(one.column.name, style="bold" if is_target else "")
        found.add_row(name, one.column.kind, Text(_allowed(one.column)), why)
    return found


def summary(drafted: Draft) -> Iterator[Text]:
    """Yield what holds for the file as a whole."""
    lost, found = drafted.quarantine, drafted.gate
    counts = ", ".join(f"{count:,} {name}" for name, count in drafted.rows.items())
    by = f", all rows of one {drafted.split_by} together" if drafted.split_by else ""
    yield Text(f"split: {counts}{by}")
    reasons = f": {'; '.join(lost.reasons)}" if lost.rows else ""
    yield Text(f"quarantine: {lost.rows:,} of {lost.read:,} rows{reasons}")
    yield Text(f"objective: {drafted.measured.objective}")
    yield Text(
        f"gate: {found.metric} at most {found.limit:g}, better than"
        f" {' and '.join(found.baselines)}; {found.why}"
    )
    rare = [f"{drafted.balance.rare}: class_weights?"] if drafted.balance else []
    for check in (*drafted.checks, *found.checks, *rare):
        yield Text(f"check: {check}", style="yellow")


def _facts(drafted: Draft) -> Iterator[str]:
    form, name = drafted.format, drafted.source.name
    yield f"{name}: {drafted.quarantine.read:,} rows, all read"
    yield f"{form.type}{', gzip' if drafted.source.gzipped else ''}"
    if form.type == "csv":
        yield f"delimiter {form.delimiter!r}"
        yield f"quote {form.quote}"
        yield "a header" if form.header else "no header"
        yield form.encoding


def _allowed(column: Column) -> str:
    null = " or nothing" if column.nullable and column.kept else ""
    if column.kind == "categorical":
        values = (
            f"{len(column.values)} values"
            if column.values
            else f"{column.max_values} values, learnt"
        )
        return values + null
    if column.format:
        return f"{column.format}{null}: {', '.join(column.features)}"
    if column.min is not None:
        return f"{column.min} to {column.max}{null}"
    return "" if not column.kept else f"true or false{null}"
