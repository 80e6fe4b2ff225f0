"""How far the columns of a dataset moved from those of an earlier one.

The measure is the population stability index, over the bins and categories that manifests count:

    PSI = sum over bins of (p - q) * ln(p / q)

with p the share of the rows now and q the share before. It is the symmetric divergence of Jeffreys
(1946), named and given its usual thresholds by credit scoring: N. Siddiqi, Credit Risk Scorecards
(Wiley, 2006): below 0.1 no significant change, below 0.25 a small one to look into, from
there a significant one. They are a rule of thumb that knows nothing of how many rows there are:
B. Yurdakul, Statistical Properties of Population Stability Index (dissertation, Western Michigan
University, 2018) shows that of equal populations PSI is distributed as chi-squared with bins - 1
degrees of freedom, times 1/n + 1/m for n and m rows. What chance alone may do is said beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.report.dataset import Column, Dataset

    Counts = Mapping[str, int]
    Verdict = Literal["", "stable", "chance", "moved", "far"]

MOVED: Final = 0.1
FAR: Final = 0.25
LEVEL: Final = 0.95
"""How often chance alone stays below what is said of it."""

NO_ROW: Final = 0.5
"""What a bin without rows counts as, where the other side has some: half a row, for no logarithm
takes a 0. A bin that is empty on both sides is left out."""

EMPTY: Final = "\x00empty"
"""Empty fields, as one bin more; no category is called so."""

_NAMED: Final = 4


@dataclass(frozen=True)
class Index:
    """A population stability index, and what chance alone may do."""

    value: float
    chance: float
    """What rows of one and the same population stay below, 95 times in 100."""

    @property
    def verdict(self) -> Verdict:
        """What it means."""
        if self.value < MOVED:
            return "stable"
        if self.value < self.chance:
            return "chance"
        return "moved" if self.value < FAR else "far"


@dataclass(frozen=True)
class Drift:
    """How far one column moved."""

    column: str
    whole: Index | None = None
    """Of all rows; None where it was not computed, and `note` says why."""

    added: Index | None = None
    """Of the rows that came since; None where the earlier rows are not all there any more."""

    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """What it means: of what came since where that is known, for in the whole it drowns."""
        told = self.added or self.whole
        return told.verdict if told else ""

    @property
    def value(self) -> float:
        """By what drifts are compared with one another; below any index where there is none."""
        told = self.added or self.whole
        return told.value if told else -1.0


def stability_index(now: Counts, before: Counts) -> float:
    """Return the population stability index of two histograms over the same bins."""
    total_now, total_before = sum(now.values()), sum(before.values())
    index = 0.0
    for name in _filled(now, before):
        share = (now.get(name, 0) or NO_ROW) / total_now
        earlier = (before.get(name, 0) or NO_ROW) / total_before
        index += (share - earlier) * math.log(share / earlier)
    return index


def by_chance(bins: int, now: int, before: int, shared: int) -> float:
    """Return what the index of two samples of one population stays below, 95 times in 100.

    Shared rows are in both samples, and can't differ: of n and m rows of which s are shared, a
    share differs with a variance of q (1 - q) (1/n + 1/m - 2s/nm). The quantile of chi-squared is
    that of Wilson and Hilferty (1931), good to a percent.
    """
    if bins < 2:  # noqa: PLR2004 - one bin has no other to differ from
        return 0.0
    freedom = bins - 1
    spread = 2 / (9 * freedom)
    quantile = freedom * (1 - spread + NormalDist().inv_cdf(LEVEL) * math.sqrt(spread)) ** 3
    return quantile * max(0.0, 1 / now + 1 / before - 2 * shared / (now * before))


def drifts(now: Dataset, before: Dataset) -> list[Drift]:
    """Return how far each column moved, the farthest first, what was not computed last."""
    earlier = {column.name: column for column in before.columns}
    shared, grew = shared_rows(now, before), only_grew(now, before)
    found = [_drift(one, earlier.get(one.name), shared, grew=grew) for one in now.columns]
    kept = {column.name for column in now.columns}
    found += [Drift(name, note="is no column any more") for name in earlier.keys() - kept]
    return sorted(found, key=lambda one: (-one.value, one.column))


def only_grew(now: Dataset, before: Dataset) -> bool:
    """Tell whether a dataset is an earlier one with more rows.

    Counts add up exactly, so those of the rows that came since are the difference.
    """
    parts, earlier = ({one.part for one in dataset.objects} for dataset in (now, before))
    return earlier < parts


def shared_rows(now: Dataset, before: Dataset) -> int:
    """Return how many valid rows come from raw objects that both have in the same version."""
    versions = {(one.key, one.version) for one in before.objects}
    both = [one for one in now.objects if (one.key, one.version) in versions]
    return min(sum(one.rows - one.quarantine for one in both), now.valid, before.valid)


def _drift(column: Column, earlier: Column | None, shared: int, *, grew: bool) -> Drift:
    said = _not_computed(column, earlier)
    if earlier is None or said:
        return Drift(column.name, note=said)
    now, before = _with_gaps(column), _with_gaps(earlier)
    whole = _index(now, before, shared)
    if whole is None:
        return Drift(column.name, note="there are no rows to compare")
    came = {name: count - before.get(name, 0) for name, count in now.items()}
    added = _index(came, before, 0) if grew else None
    return Drift(column.name, whole, added, _note(column, earlier))


def _index(now: Counts, before: Counts, shared: int) -> Index | None:
    rows, earlier = sum(now.values()), sum(before.values())
    if not rows or not earlier:
        return None
    chance = by_chance(len(_filled(now, before)), rows, earlier, shared)
    return Index(stability_index(now, before), chance)


def _not_computed(column: Column, earlier: Column | None) -> str:
    """Return why the bins of both are not the same ones; empty where they are."""
    if earlier is None:
        return "is a new column"
    if column.kind != earlier.kind:
        return f"was {earlier.kind}, is {column.kind}: other bins"
    if column.bins != earlier.bins:
        return f"its range was {_range(earlier)}, is {_range(column)}: other bins"
    return ""


def _range(column: Column) -> str:
    bins = column.bins
    if bins is None:
        return "none"
    low = "open" if bins.low is None else f"{bins.low:g}"
    high = "open" if bins.high is None else f"{bins.high:g}"
    return f"{low} to {high}"


def _note(column: Column, earlier: Column) -> str:
    if column.bins is not None:
        return "" if column.bins.declared else "no declared range: bins are powers of two"
    added, gone = column.counts.keys() - earlier.counts, earlier.counts.keys() - column.counts
    said = [f"new: {_names(added)}"] if added else []
    said += [f"gone: {_names(gone)}"] if gone else []
    return "; ".join(said)


def _names(values: set[str]) -> str:
    shown = sorted(values)[:_NAMED]
    more = len(values) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _with_gaps(column: Column) -> Counts:
    return column.counts | ({EMPTY: column.nulls} if column.nulls else {})


def _filled(now: Counts, before: Counts) -> list[str]:
    return sorted(name for name in now.keys() | before.keys() if now.get(name) or before.get(name))
