"""A dataset's manifest, read for the report: format 2 and no other.

It needs nothing but the document: no rows, no part. The same document tells of rows that were
refused, and then says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = Mapping[str, Any]

FORMAT: Final = 2
SPLITS: Final = ("train", "validation", "test")


class UnreadableError(Exception):
    """A manifest that this report can't show; the message is what it says instead."""


@dataclass(frozen=True)
class Figures:
    """What is known of one column of one split."""

    count: int
    nulls: int
    counts: Mapping[str, int]
    """Rows by category, or by the place of a bin."""

    least: float | None = None
    greatest: float | None = None
    mean: float | None = None
    deviation: float | None = None


@dataclass(frozen=True)
class Bins:
    """Where the bins of a histogram begin and end; without a bound the first or last is open."""

    low: float | None
    edges: tuple[float, ...]
    high: float | None

    @property
    def declared(self) -> bool:
        """Whether the model file bounds both sides; else bins are powers of two."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True)
class Column:
    """A column of the dataset, with its figures in each split."""

    name: str
    kind: str
    role: str
    splits: Mapping[str, Figures]
    bins: Bins | None
    """None for categories."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by category or bin, of all splits together."""
        total: dict[str, int] = {}
        for figures in self.splits.values():
            for name, count in figures.counts.items():
                total[name] = total.get(name, 0) + count
        return {name: count for name, count in total.items() if count}

    @property
    def nulls(self) -> int:
        """How many fields are empty, of all splits together."""
        return sum(figures.nulls for figures in self.splits.values())

    @property
    def gaps(self) -> float:
        """Which share of all fields is empty."""
        return self.nulls / max(1, self.nulls + sum(one.count for one in self.splits.values()))

    @property
    def mean(self) -> float | None:
        """The mean over all splits."""
        known = [one for one in self.splits.values() if one.mean is not None]
        count = sum(one.count for one in known)
        total = sum(one.count * (one.mean or 0.0) for one in known)
        return total / count if count else None


@dataclass(frozen=True)
class RawObject:
    """A version of a raw object, and what became of its rows."""

    key: str
    version: str
    part: str
    """The identity of what it became under its dataset's contract and code."""

    bytes: int
    rows: int
    quarantine: int


@dataclass(frozen=True)
class Example:
    """A row in quarantine."""

    object: str
    record: int
    raw: str


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong with some rows."""

    reason: str
    column: str | None
    rows: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Dataset:
    """What a manifest says."""

    dataset_id: str
    refused: str
    """Why there is no dataset; empty where there is one."""

    rows: Mapping[str, int]
    columns: tuple[Column, ...]
    target: str
    objects: tuple[RawObject, ...]
    reasons: tuple[Reason, ...]

    @property
    def valid(self) -> int:
        """How many rows are in splits."""
        return sum(self.rows[name] for name in SPLITS)


def read_dataset(manifest: Json) -> Dataset:
    """Read a manifest.

    Raises:
        UnreadableError: it has another format, or is not what its format says.
    """
    found = manifest.get("format")
    if found != FORMAT:
        raise UnreadableError(
            f"its manifest has format {found!r}, and this report shows format {FORMAT}: "
            "a push with this project's ETL makes the dataset anew"
        )
    try:
        return _dataset(manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(
            f"its manifest is not what format {FORMAT} says ({type(error).__name__}: {error})"
        ) from error


def _dataset(manifest: Json) -> Dataset:
    schema = manifest["schema"]
    return Dataset(
        dataset_id=str(manifest["dataset_id"]),
        refused=str(manifest.get("refused", "")),
        rows={name: int(count) for name, count in manifest["rows"].items()},
        columns=tuple(_column(one, manifest) for one in schema["columns"]),
        target=str(schema["target"]),
        objects=tuple(_object(one) for one in manifest["parts"]),
        reasons=tuple(_reason(one) for one in manifest["quarantine"]["reasons"]),
    )


def _column(column: Json, manifest: Json) -> Column:
    name = str(column["name"])
    bins: Json | None = manifest["bins"].get(name)
    return Column(
        name=name,
        kind=str(column["kind"]),
        role=str(column["role"]),
        splits={split: _figures(manifest["statistics"][split][name]) for split in SPLITS},
        bins=None if bins is None else Bins(bins["from"], tuple(bins["edges"]), bins["to"]),
    )


def _figures(document: Json) -> Figures:
    counts: Json = document["values"] if "values" in document else document["histogram"]
    return Figures(
        count=int(document["count"]),
        nulls=int(document["nulls"]),
        counts={str(name): int(count) for name, count in counts.items()},
        least=document.get("min"),
        greatest=document.get("max"),
        mean=document.get("mean"),
        deviation=document.get("deviation"),
    )


def _object(part: Json) -> RawObject:
    source, rows = part["source"], part["rows"]
    return RawObject(
        key=str(source["key"]),
        version=str(source["version_id"]),
        part=str(part["part_id"]),
        bytes=int(source["size"]),
        rows=int(rows["read"]),
        quarantine=int(rows["quarantine"]),
    )


def _reason(document: Json) -> Reason:
    examples = tuple(
        Example(str(one["object"]), int(one["record"]), str(one["raw"]))
        for one in document["examples"]
    )
    return Reason(document["reason"], document["column"], int(document["rows"]), examples)
