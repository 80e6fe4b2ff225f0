"""Statistics are those of the rows, to the last digit: computed again by fractions, by kind."""

from __future__ import annotations

import copy
import csv
import random
from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.etl.kinds import KINDS_CONTRACT, kinds_lines
from tests.functional.etl.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.functional.etl.lake import Document

SPLITS = ("train", "validation", "test")
EXACT = Context(prec=300, rounding=ROUND_HALF_UP)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400

NUMERIC = (
    {"name": "narrow", "kind": "numeric", "min": -2.5, "max": 2.5},
    {"name": "tenths", "kind": "numeric", "min": 0, "max": 0.7, "nullable": True},
    {"name": "wide", "kind": "numeric", "min": -1e9, "max": 3e12},
    {"name": "free", "kind": "numeric", "nullable": True},
    {"name": "least", "kind": "numeric", "min": -7},
    {"name": "whole", "kind": "integer", "min": -30, "max": 71},
    {"name": "near", "kind": "numeric", "min": -999.9999999999, "max": 999.9999999999},
)
"""Beside the kinds that there are: every sort of range that a number may have."""

EDGES: dict[str, list[Fraction]] = {
    "narrow": [Fraction(step, 4) for step in range(-9, 10)],
    "tenths": [Fraction(7 * step, 200) for step in range(1, 20)],
    "wide": [Fraction(-(10**9)) + step * Fraction(10**9 + 3 * 10**12, 20) for step in range(1, 20)],
    "whole": [Fraction(-30 + 6 * step) for step in range(1, 17)],
    "near": [Fraction("-999.9999999999") * (10 - step) / 10 for step in range(1, 20)],
    "years": [Fraction(7 * step) for step in range(1, 18)],
}
"""Where bins end, by hand; those of other ranges are powers of two, which floats hold exactly."""


def contract() -> Document:
    made = copy.deepcopy(KINDS_CONTRACT)
    made["columns"] += copy.deepcopy(list(NUMERIC))
    return made


def lines(seed: int, count: int) -> str:
    """Return lines with every kind and every dirt, and numbers of any spelling."""
    chance = random.Random(seed)  # noqa: S311 - data for a test, not a secret
    kinds = kinds_lines(seed, count, wrong=0.1).splitlines()
    return "".join(f"{line};{';'.join(_numbers(chance))}\n" for line in kinds)


def _numbers(chance: random.Random) -> list[str]:
    tenth = f"{chance.randint(0, 140) / 200}"  # often on an edge
    return [
        chance.choice((f"{chance.uniform(-2.5, 2.5):.15f}", "2.5", "-2.5", ".25", "+1e-3")),
        chance.choice((tenth, tenth, "", "0.7", "0.0350")),
        chance.choice((f"{chance.uniform(-1e9, 3e12):.6f}", "3e12", "-1E+9", "123456789012.5")),
        chance.choice(("", f"{chance.gauss(0, 1e5):.9f}", "0", "-0.0009765625", "999999999999999")),
        chance.choice((f"{chance.expovariate(0.01) - 7:.12f}", "-7", "0.1234567890123456789")),
        chance.choice((str(chance.randint(-30, 71)), "-24", "7.0", "71")),
        chance.choice(("999.9999999999", "-999.9999999", "999.9999995", "1.5", "999.999999999999")),
    ]


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Return a lake whose rows are in three objects of different sizes."""
    lake = Lake(tmp_path_factory.mktemp("divided"), contract())
    for name, (seed, count) in {"a": (1, 1500), "b": (2, 40), "c": (3, 460)}.items():
        lake.put(f"{name}.csv", lines(seed, count))
    lake.run()
    return lake


def cells(lake: Lake, split: str, place: int) -> list[str]:
    """Return a column of the rows that a split got."""
    return [row[place] for row in csv.reader(lake.lines(split))]


def counted(column: Document, texts: Sequence[str]) -> list[Fraction]:
    """Return what the texts of a column count as, gaps left out."""
    return [_worth(column, text) for text in texts if text]


def _worth(column: Document, text: str) -> Fraction:
    if "format" not in column:
        return Fraction(EXACT.quantize(Decimal(text), Decimal("1e-15")))
    since = datetime.strptime(text, column["format"]).replace(tzinfo=UTC) - EPOCH
    return Fraction(since.days if column["kind"] == "date" else since.days * DAY + since.seconds)


def root(value: Fraction) -> float:
    """Return the float that is nearest to a square root."""
    return float(EXACT.sqrt(EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))))


def figures(values: Sequence[Fraction], edges: Sequence[Fraction], rows: int) -> Document:
    """Return what a manifest says of numbers, by the definitions."""
    count, total = len(values), sum(values, Fraction(0))
    mean = total / count
    spread = sum(((value - mean) ** 2 for value in values), Fraction(0))
    bins = Counter(bisect_right(edges, value) for value in values)
    return {
        "count": count,
        "nulls": rows - count,
        "min": float(min(values)),
        "max": float(max(values)),
        "mean": float(mean),
        "deviation": root(spread / (count - 1)),
        "sum": total,
        "sum_squares": sum((value * value for value in values), Fraction(0)),
        "histogram": {str(place): bins[place] for place in sorted(bins)},
    }


def kept(*, numbers: bool) -> list[tuple[int, str]]:
    """Return place and name of the columns that are counted so."""
    places = [
        column
        for column in contract()["columns"]
        if column["kind"] not in ("text", "identifier") and column["name"] != "seen"
    ]
    return [
        (place, column["name"])
        for place, column in enumerate(places)
        if (column["kind"] not in ("boolean", "categorical")) is numbers
    ]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("place", "name"), kept(numbers=True))
def test_figures_of_numbers_are_exact(divided: Lake, split: str, place: int, name: str) -> None:
    manifest = divided.manifest()
    column = next(one for one in divided.contract["columns"] if one["name"] == name)
    edges = EDGES.get(name) or [Fraction(edge) for edge in manifest["bins"][name]["edges"]]

    texts = cells(divided, split, place)

    found: dict[str, Any] = manifest["statistics"][split][name]
    sums = {key: Fraction(found[key]) for key in ("sum", "sum_squares")}
    assert {**found, **sums} == figures(counted(column, texts), edges, len(texts))


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("place", "name"), kept(numbers=False))
def test_values_are_counted_one_by_one(divided: Lake, split: str, place: int, name: str) -> None:
    texts = cells(divided, split, place)

    found = divided.manifest()["statistics"][split][name]
    counts = Counter(text for text in texts if text)
    assert {value: count for value, count in found["values"].items() if count} == counts
    assert (found["count"], found["nulls"]) == (counts.total(), texts.count(""))


def test_the_edges_that_a_manifest_tells_are_those_that_were_counted_by(divided: Lake) -> None:
    told = divided.manifest()["bins"]

    assert {name: told[name]["edges"] for name in EDGES} == {
        name: [float(edge) for edge in edges] for name, edges in EDGES.items()
    }


def test_parts_of_every_kind_merge_to_what_one_part_says(divided: Lake, tmp_path: Path) -> None:
    whole = Lake(tmp_path, contract())
    whole.put("all.csv", lines(1, 1500) + lines(2, 40) + lines(3, 460))

    found = whole.run()

    merged = divided.manifest()
    for name in ("rows", "statistics", "bins"):
        assert found[name] == merged[name]
    assert [found["digests"][name] for name in SPLITS] == [
        merged["digests"][name] for name in SPLITS
    ]
    assert {one["reason"]: one["rows"] for one in found["quarantine"]["reasons"]} == {
        one["reason"]: one["rows"] for one in merged["quarantine"]["reasons"]
    }
