"""A decision about one column: what it becomes in the contract, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from models.columns import Column

if TYPE_CHECKING:
    from ops.draft.profile import Profile

ENOUGH: Final = 0.95
"""The share of values that must fit a kind; the rest is quarantined, of which 5 % may be."""


@dataclass(frozen=True)
class Decision:
    """What a column becomes, and why."""

    column: Column
    seen: str
    why: str
    checks: tuple[str, ...] = ()
    """What only somebody who knows the data can say."""

    bad: str = ""
    """The condition on rows that the ETL will quarantine for this column; empty for none."""

    fault: str = ""
    """What is wrong with these."""

    def and_check(self, *checks: str) -> Decision:
        """Return the same with more to check; empty texts are no checks."""
        return replace(self, checks=(*self.checks, *filter(None, checks)))


def left_out(one: Profile, seen: str, why: str) -> Decision:
    """Return that a column is ignored."""
    return Decision(Column(one.name, "text", nullable=True), seen, why)


def in_rows(count: int) -> str:
    """Return a number of rows in words."""
    return "1 row" if count == 1 else f"{count:,} rows"
