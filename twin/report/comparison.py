"""A dataset beside an earlier one: what came and went, and which columns moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from twin.report.drift import drifts, only_grew
from twin.report.figures import of_kind, percent
from twin.report.tables import Table, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.report.dataset import Column, Dataset
    from twin.report.drift import Drift, Index
    from twin.report.tables import Row

DRIFTS: Final = 40
TOLD: Final = ("moved", "far")
WORDS: Final = {
    "": "not computed",
    "stable": "stable",
    "chance": "may be chance",
    "moved": "moved",
    "far": "moved far",
}


@dataclass(frozen=True)
class Comparison:
    """What the page says of it."""

    said: str
    """With which dataset it is compared, and what came or went since; or why it is not."""

    moved: str = ""
    """How many columns moved; empty where nothing was compared."""

    only_grew: bool = False
    """Whether the rows that came since are told of apart from all."""

    table: Table = field(default_factory=Table)
    drifts: Mapping[str, Drift] = field(default_factory=dict[str, "Drift"])
    """By column."""


def compare(dataset: Dataset, before: Dataset, said: str) -> Comparison:
    """Compare a dataset with an earlier one, which `said` introduces."""
    if before.dataset_id == dataset.dataset_id:
        return Comparison(f"It is the same data as {said}.")
    found = drifts(dataset, before)
    told = sum(one.verdict in TOLD for one in found)
    return Comparison(
        said=f"Compared with {said}. {_came_and_went(dataset, before)}",
        moved=f"{told} of {len(found)} columns moved." if told else "No column moved.",
        only_grew=only_grew(dataset, before),
        table=shortened(found, DRIFTS, lambda drift: _row(drift, dataset, before)),
        drifts={one.column: one for one in found},
    )


def _came_and_went(dataset: Dataset, before: Dataset) -> str:
    now = {one.key: one.version for one in dataset.objects}
    then = {one.key: one.version for one in before.objects}
    added, gone = len(now.keys() - then), len(then.keys() - now)
    replaced = sum(version != then[key] for key, version in now.items() if key in then)
    return (
        f"Raw objects: {added} new, {replaced} replaced, {gone} gone. Rows: "
        f"{before.rows['read']:,} then, {dataset.rows['read']:,} now; "
        f"in quarantine {_bad(before)} then, {_bad(dataset)} now."
    )


def _bad(dataset: Dataset) -> str:
    return percent(dataset.rows["quarantine"] / max(1, dataset.rows["read"]))


def _row(drift: Drift, dataset: Dataset, before: Dataset) -> Row:
    columns = [_column(one, drift.column) for one in (before, dataset)]
    means = [of_kind(one.kind)(one.mean) if one and one.bins else "" for one in columns]
    gaps = [percent(one.gaps) if one else "" for one in columns]
    return {
        "column": drift.column,
        "whole": _shown(drift.whole),
        "added": _shown(drift.added),
        "chance": _chance(drift.added or drift.whole),
        "verdict": drift.verdict,
        "word": WORDS[drift.verdict],
        "mean": means if all(means) else [],
        "empty": gaps if all(gaps) and set(gaps) != {"0%"} else [],
        "note": drift.note,
    }


def _column(dataset: Dataset, name: str) -> Column | None:
    return next((one for one in dataset.columns if one.name == name), None)


def _shown(index: Index | None) -> str:
    return "" if index is None else f"{index.value:.3f}"


def _chance(index: Index | None) -> str:
    return "" if index is None else f"{index.chance:.3f}"
