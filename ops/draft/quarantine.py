"""Rows that decisions cost, and what to do if they are too many. The ETL has the last word."""
# ruff: noqa: S608 - conditions are made of checked names

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.schema import USUAL_QUARANTINE
from ops.draft.decision import in_rows, left_out
from ops.draft.ranges import rounded_up
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.draft.decision import Decision
    from ops.draft.profile import Profile
    from ops.draft.rows import Rows

_HOPELESS: Final = 0.5
_ROOM: Final = 1.2


@dataclass(frozen=True)
class Quarantine:
    """What will not be in a dataset."""

    read: int
    rows: int
    reasons: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of the rows that are read."""
        return self.rows / self.read

    @property
    def limit(self) -> float:
        """What the model file should allow."""
        return (
            USUAL_QUARANTINE
            if self.share <= USUAL_QUARANTINE
            else rounded_up(min(1, _ROOM * self.share))
        )


@dataclass(frozen=True)
class Settled:
    """Decisions under which not too many rows are lost."""

    decisions: tuple[Decision, ...]
    quarantine: Quarantine


def settle(
    rows: Rows, profiles: Sequence[Profile], decisions: Sequence[Decision], target: str, file: str
) -> Settled:
    """Leave columns out that would cost too many rows, the worst first.

    Raises:
        OpsError: most rows are lost even so.
    """
    kept = dict(zip((one.column.name for one in decisions), decisions, strict=True))
    by_name = {one.name: one for one in profiles}
    while (found := _count(rows, list(kept.values()))).share > USUAL_QUARANTINE:
        costs = {
            name: _bad(rows, [one]) for name, one in kept.items() if one.bad and name != target
        }
        if not costs:
            break
        worst = max(costs, key=lambda name: costs[name])
        why = f"as {kept[worst].column.kind} it would cost {costs[worst]:,} rows"
        kept[worst] = left_out(by_name[worst], kept[worst].seen, why)
    if is_hopeless(found):
        raise hopeless(found, file)
    return Settled(tuple(kept.values()), found)


def is_hopeless(lost: Quarantine) -> bool:
    """Tell whether most rows are lost."""
    return lost.share > _HOPELESS


def hopeless(lost: Quarantine, file: str) -> OpsError:
    """Return that most rows are lost."""
    return OpsError(
        "most rows cannot be used",
        resource=file,
        found=f"{lost.rows:,} of {lost.read:,} rows: {'; '.join(lost.reasons)}",
        expected="rows that are whole, with a value in the target",
        do="mend the file, or name another target",
    )


def sound(decisions: Sequence[Decision]) -> str:
    """Return the condition on rows that end up in a dataset."""
    bad = [f"({one.bad})" for one in decisions if one.bad]
    return f"not ({' or '.join(bad)})" if bad else "true"


def _count(rows: Rows, decisions: Sequence[Decision]) -> Quarantine:
    broken = sum(rows.broken.values())
    reasons = [f"{fault} ({in_rows(count)})" for fault, count in rows.broken.items()]
    reasons += [
        f"{one.column.name}: {one.fault} ({in_rows(_bad(rows, [one]))})"
        for one in decisions
        if one.bad
    ]
    return Quarantine(rows.count + broken, broken + _bad(rows, decisions), tuple(reasons))


def _bad(rows: Rows, decisions: Sequence[Decision]) -> int:
    return int(rows.ask(f"select count(*) from raw where not ({sound(decisions)})")[0])
