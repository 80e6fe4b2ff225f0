"""Classes of few rows: what a model file could say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ops.draft.gate import ROOM
from ops.draft.ranges import rounded_down
from ops.draft.target import classes_of

if TYPE_CHECKING:
    from models.columns import Column
    from ops.draft.baselines import Baselines
    from ops.draft.profile import Profile

METRIC: Final = "pr_auc"
"""It asks how rows are ranked: of rows that weigh more, probabilities are no shares any more."""

RARE: Final = 0.2
"""Of the share that a class would have if all had the same."""

_SHOWN: Final = 3


@dataclass(frozen=True)
class Balance:
    """That classes are rare, and a gate for a model whose rare rows weigh more."""

    rare: str
    limit: float
    linear: float


def balance(target: Column, one: Profile, measured: Baselines) -> Balance | None:
    """Return what could be said of rare classes; nothing if there are none."""
    counts = classes_of(target, one)
    rows = sum(counts.values())
    rare = [name for name, count in counts.items() if count * len(counts) < RARE * rows]
    if not rare:
        return None
    shown = ", ".join(f"{name} ({counts[name]:,})" for name in rare[:_SHOWN])
    more = f" and {len(rare) - _SHOWN} more" if len(rare) > _SHOWN else ""
    linear = measured.linear[METRIC]
    if linear <= 0:  # it ranks no rare row above others: no limit follows from it
        return None
    return Balance(f"rare among {rows:,} rows: {shown}{more}", rounded_down(linear / ROOM), linear)
