"""Distributions as small charts."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from tests.unit.twin.manifests import STATISTICS, bins, manifest, numbers, values
from twin.report.dataset import Column, read_dataset
from twin.report.distributions import CATEGORIES, Bin, bins_of, draw


def column(name: str, figures: dict[str, Any], bounds: dict[str, Any] | None = None) -> Column:
    """Return a column with the same figures in each split."""
    document = manifest(statistics=STATISTICS | {name: figures})
    if bounds is not None:
        document["bins"] = {**document["bins"], name: bounds}
    return next(one for one in read_dataset(document).columns if one.name == name)


def texts(chart: str) -> list[str]:
    root = ET.fromstring(chart)  # noqa: S314 - our own drawing
    return [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_declared_range_is_shown_whole_in_shares_of_each_split() -> None:
    found = bins_of(column("acid", numbers({"1": 3, "2": 1})))

    assert [(one.low, one.high) for one in found] == [
        ("0", "2.5"),
        ("2.5", "5"),
        ("5", "7.5"),
        ("7.5", "10"),
    ]
    assert [one.shares[0] for one in found] == [0, 0.75, 0.25, 0]


def test_without_a_range_bins_are_shown_from_the_first_to_the_last_that_has_rows() -> None:
    bounds = bins(None, None, -1.0, 0.0, 1.0, 2.0, 4.0)

    found = bins_of(column("acid", numbers({"2": 1, "4": 1}), bounds))

    assert [(one.low, one.high) for one in found] == [("0", "1"), ("1", "2"), ("2", "4")]


def test_an_open_end_is_named_as_one() -> None:
    chart = draw(column("acid", numbers({"0": 1, "3": 1}), bins(None, None)))

    assert {"below 2.5", "from 7.5"} <= set(texts(chart))


def test_dates_are_named_as_dates() -> None:
    assert bins_of(column("bottled", numbers({"0": 1}), bins(0, 366, 31.0)))[0] == Bin(
        "1970-01-01", "1970-02-01", (1.0, 1.0, 1.0)
    )


def test_a_moment_beyond_the_calendar_is_a_number() -> None:
    bounds = bins(None, None, float(2**49))

    assert bins_of(column("tasted", numbers({"0": 1}), bounds))[0].high == "562,949,953,421,312"


def test_rare_categories_are_one_row() -> None:
    counts = {f"c{number:02d}": 100 - number for number in range(CATEGORIES + 5)}

    shown = texts(draw(column("colour", values(counts))))

    assert "c07" in shown
    assert "c08" not in shown
    assert "5 others" in shown


def test_a_long_category_is_cut_and_told_in_full_when_pointed_at() -> None:
    name = "a category with <a> long name"

    chart = draw(column("colour", values({name: 1})))

    assert "a category with…" in texts(chart)
    assert "<title>a category with &lt;a&gt; long name: train 100.0%" in chart


def test_a_column_without_values_is_a_word() -> None:
    assert "no values" in draw(column("acid", numbers({}, nulls=70)))
