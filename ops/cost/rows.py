"""What a table of costs shows: dear lines alone, cheap ones of a kind together. Pure.

Fifteen alarms at ten cents are one fact, not fifteen rows. Nothing is left out: the rows' sum is
that of the lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ops.cost.lines import many

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.cost.lines import Line

CENT: Final = 0.005
"""What two amounts have to differ by to differ at all, in dollars: half a cent."""

SMALL: Final = 0.25
"""Dollars a month below which lines of one kind share a row."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: who costs, for what, and how much a month; None where no price is known."""

    who: str
    what: str
    monthly: float | None


def rows(lines: Sequence[Line]) -> tuple[Row, ...]:
    """Return the rows, the dearest first; what is less than a cent comes last, in one row."""
    groups = [_folded(group) for group in _groups(lines)]
    tiny = [line for line in lines if line.known and line.monthly < CENT]
    shown = sorted(groups, key=lambda row: -(row.monthly or 0.0))
    if not tiny:
        return tuple(shown)
    rest = sum(line.monthly for line in tiny)
    return (
        *shown,
        Row(who=many(len(tiny), "other"), what="less than a cent each", monthly=rest),
    )


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    small: dict[str, list[Line]] = {}
    for line in lines:
        if not line.known or line.monthly >= SMALL:
            yield [line]
        elif line.monthly >= CENT:
            small.setdefault(line.kind, []).append(line)
    yield from small.values()


def _folded(group: Sequence[Line]) -> Row:
    first = group[0]
    if len(group) == 1:
        paid = first.monthly if first.known else None
        return Row(who=first.resource, what=first.what, monthly=paid)
    cheapest, dearest = group[-1].monthly, first.monthly
    each = f"${dearest:,.2f}" if dearest - cheapest < CENT else f"up to ${dearest:,.2f}"
    return Row(
        who=f"{len(group)} resources",
        what=f"{first.kind}: {each} each",
        monthly=sum(line.monthly for line in group),
    )
