"""The tables of a dataset: a few rows each, however many there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from twin.report.dataset import SPLITS
from twin.report.figures import of_kind, percent, size, spread_of_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from twin.report.dataset import Column, Dataset, RawObject, Reason

    Row = Mapping[str, object]

COLUMNS: Final = 200
REASONS: Final = 20
OBJECTS: Final = 20
CATEGORIES: Final = 5
"""Values of a column that are named."""

NAMED: Final = 12
"""Values of a target that the balance of splits names."""

_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Table:
    """Rows, and how many there are more."""

    rows: Sequence[Row] = ()
    more: int = 0


def shortened(things: Sequence[_Thing], most: int, show: Callable[[_Thing], Row]) -> Table:
    """Return the first of some things as a table."""
    return Table([show(one) for one in things[:most]], max(0, len(things) - most))


# ---- the balance of the splits ------------------------------------------------------------------


@dataclass(frozen=True)
class Balance:
    """How the target is in each split: a line a split."""

    target: str
    columns: Sequence[str]
    lines: Sequence[Row]


def balance(dataset: Dataset) -> Balance:
    """Compare the splits by the target: its figures, or the share of each of its values."""
    target = next(one for one in dataset.columns if one.name == dataset.target)
    if target.bins:
        columns = ["min", "mean", "deviation", "max"]
    else:
        columns = [*_commonest(target), *(["others"] if len(target.counts) > NAMED else [])]
    lines = [
        {
            "split": split,
            "rows": f"{dataset.rows[split]:,}",
            "share": percent(dataset.rows[split] / max(1, dataset.valid)),
            "cells": _target_cells(target, split),
        }
        for split in SPLITS
    ]
    return Balance(target.name, columns, lines)


def _commonest(target: Column) -> list[str]:
    return [name for name, _ in Counter(target.counts).most_common(NAMED)]


def _target_cells(target: Column, split: str) -> list[str]:
    figures = target.splits[split]
    if target.bins:
        show, spread = of_kind(target.kind), spread_of_kind(target.kind)
        found = (show(figures.least), show(figures.mean))
        return [*found, spread(figures.deviation), show(figures.greatest)]
    counts = [figures.counts.get(name, 0) for name in _commonest(target)]
    counts += [figures.count - sum(counts)] if len(target.counts) > NAMED else []
    return [percent(count / max(1, figures.count)) for count in counts]


# ---- columns ------------------------------------------------------------------------------------


def columns(dataset: Dataset) -> Table:
    """Return the figures of each column over the training split."""
    return shortened(dataset.columns, COLUMNS, _column)


def _column(column: Column) -> Row:
    figures = column.splits["train"]
    show, spread = of_kind(column.kind), spread_of_kind(column.kind)
    return {
        "name": column.name,
        "kind": column.kind,
        "role": column.role,
        "empty": f"{figures.nulls:,}",
        "deviation": spread(figures.deviation),
        "min": show(figures.least),
        "mean": show(figures.mean),
        "max": show(figures.greatest),
        "categories": "" if column.bins else _listed(figures.counts),
    }


def _listed(counts: Mapping[str, int]) -> str:
    shown = Counter(counts).most_common(CATEGORIES)
    more = len(counts) - len(shown)
    text = ", ".join(f"{value} {count:,}" for value, count in shown)
    return f"{text} and {more} more" if more else text


# ---- quarantine and raw objects -----------------------------------------------------------------


def reasons(dataset: Dataset) -> Table:
    """Return why rows are in quarantine, the most frequent reason first."""

    def show(reason: Reason) -> Row:
        return {
            "reason": reason.reason,
            "rows": f"{reason.rows:,}",
            "share": percent(reason.rows / max(1, dataset.rows["read"])),
            "examples": reason.examples,
        }

    return shortened(dataset.reasons, REASONS, show)


def objects(dataset: Dataset, before: Dataset | None) -> Table:
    """Return the raw objects: those that came since an earlier dataset first, then by size."""
    versions = {one.key: one.version for one in before.objects} if before else None

    def state(one: RawObject) -> str:
        if versions is None or versions.get(one.key) == one.version:
            return ""
        return "replaced" if one.key in versions else "new"

    def show(one: RawObject) -> Row:
        return {
            "key": one.key,
            "state": state(one),
            "rows": f"{one.rows:,}",
            "quarantine": f"{one.quarantine:,}",
            "bytes": size(one.bytes),
        }

    ordered = sorted(dataset.objects, key=lambda one: (not state(one), -one.bytes, one.key))
    return shortened(ordered, OBJECTS, show)
