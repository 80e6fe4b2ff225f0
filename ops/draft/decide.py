"""What a column of the contract becomes of what was counted: a kind, its limits, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from models.columns import Column
from ops.draft.amounts import amounts, unreadable
from ops.draft.codes import codes, words
from ops.draft.days import dates, scattered_dates
from ops.draft.decision import Decision, in_rows, left_out
from ops.draft.identifiers import identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.draft.profile import Profile

_HARDLY_ANY: Final = 0.1
_MOSTLY: Final = 0.5


def decide(one: Profile) -> Decision:
    """Return what a feature becomes."""
    nothing = _says_nothing(one)
    if nothing is not None:
        return nothing
    found = next(found for rule in RULES if (found := rule(one)) is not None)
    if not one.empty:
        return found
    found = replace(found, seen=f"{found.seen}, empty in {in_rows(one.empty)}")
    often = found.column.kept and one.empty > _MOSTLY * one.rows
    return found.and_check(
        f"empty in {_emptiness(one)}: can it be known when asked?" if often else ""
    )


def _says_nothing(one: Profile) -> Decision | None:
    if one.filled == 0:
        return left_out(one, "empty throughout", "there is nothing to learn from")
    if one.distinct == 1 and one.empty == 0:
        return left_out(one, f"always {one.example!r}", "a constant says nothing")
    if one.filled >= _HARDLY_ANY * one.rows:
        return None
    found = left_out(one, f"empty in {_emptiness(one)}", "too few values to learn from")
    return found.and_check("if it says something, give it a kind and nullable: true")


def _boolean(one: Profile) -> Decision | None:
    if one.true + one.false != one.filled or not one.true or not one.false:
        return None
    seen = ", ".join(f"{text} {count:,}" for text, count in one.common[:4])
    column = Column(one.name, "boolean", nullable=one.empty > 0)
    return Decision(column, seen, "spellings of true and false")


RULES: Final[tuple[Callable[[Profile], Decision | None], ...]] = (
    *(dates, identifier, _boolean, codes, amounts),
    *(unreadable, scattered_dates, words),
)
"""The first that fits decides; the last fits everything."""


def _emptiness(one: Profile) -> str:
    return f"{one.empty / one.rows:.0%} of the rows"
