"""Builders of dataset manifests: one of five columns, and what a test changes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

ROWS: Json = {"read": 101, "train": 70, "validation": 15, "test": 15, "quarantine": 1}
SPLITS = ("train", "validation", "test")


def numbers(histogram: Mapping[str, int], *, nulls: int = 0, **figures: Any) -> Json:
    """Return the figures of numbers."""
    known = {"min": 0.5, "max": 9.25, "mean": 1.23456789, "deviation": 0.5}
    return {
        "count": sum(histogram.values()),
        "nulls": nulls,
        **known,
        **figures,
        "histogram": dict(histogram),
    }


def values(counts: Mapping[str, int], nulls: int = 0) -> Json:
    """Return the figures of categories."""
    return {"count": sum(counts.values()), "nulls": nulls, "values": dict(counts)}


def column(name: str, kind: str, role: str = "feature", **more: Any) -> Json:
    """Return a column of the schema."""
    return {"name": name, "kind": kind, "role": role, **more}


def bins(low: float | None = 0, high: float | None = 10, *edges: float) -> Json:
    """Return the bins of a histogram."""
    return {"from": low, "edges": list(edges or (2.5, 5.0, 7.5)), "to": high}


def part(name: str = "a", version: str = "v1", rows: Json | None = None) -> Json:
    """Return a part of the manifest."""
    return {
        "part_id": f"{name}-{version}",
        "source": {
            "bucket": "data",
            "key": f"raw/wine/{name}.csv",
            "version_id": version,
            "size": 2048,
        },
        "files": {},
        "rows": rows or ROWS,
        "digests": {},
    }


def reason(rows: int = 1, text: str = "acid: above 9", raw: str = "<b>99") -> Json:
    """Return a reason of the quarantine."""
    example = {"object": "raw/wine/a.csv", "record": 17, "raw": raw}
    return {"reason": text, "column": "acid", "rows": rows, "examples": [example]}


COLUMNS = (
    column("acid", "numeric"),
    column("colour", "categorical"),
    column("bottled", "date"),
    column("tasted", "timestamp"),
    column("quality", "integer", "target"),
)
STATISTICS: Json = {
    "acid": numbers({"0": 60, "1": 10}, nulls=2),
    "colour": values({"red": 1200, "<white>": 30}),
    "bottled": numbers({"1": 70}, min=-1.0, max=19783.0, mean=1.5, deviation=12.5),
    "tasted": numbers({"0": 61}, nulls=9, min=3600.0, max=86399, mean=None, deviation=43200),
    "quality": numbers({"0": 50, "2": 20}, min=3, max=9, mean=5.5, deviation=0.75),
}
BINS = {name: bins() for name in ("acid", "bottled", "tasted", "quality")}


def manifest(**changes: Any) -> Json:
    """Return a manifest; every field has a default."""
    statistics = changes.pop("statistics", STATISTICS)
    columns = changes.pop("columns", COLUMNS)
    return {
        "format": 2,
        "model": "wine",
        "dataset_id": "d" * 16,
        "schema": {"columns": list(columns), "target": "quality"},
        "parts": [part()],
        "bins": BINS,
        "rows": ROWS,
        "statistics": dict.fromkeys(SPLITS, statistics),
        "quarantine": {"reasons": [reason()]},
        **changes,
    }
