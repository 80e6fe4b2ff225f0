"""The tables of a dataset."""

from __future__ import annotations

from typing import Any

from tests.unit.twin.manifests import STATISTICS, manifest, numbers, part, reason, values
from twin.report import tables
from twin.report.dataset import Dataset, read_dataset


def dataset(**changes: Any) -> Dataset:
    return read_dataset(manifest(**changes))


def test_splits_are_balanced_by_the_figures_of_a_number() -> None:
    document = manifest()
    document["statistics"] = {
        split: STATISTICS | {"quality": numbers({"0": 9}, min=1, mean=mean, deviation=0.5, max=9)}
        for split, mean in (("train", 5.0), ("validation", 6.0), ("test", 7.0))
    }

    found = tables.balance(read_dataset(document))

    assert found.columns == ["min", "mean", "deviation", "max"]
    assert [line["cells"] for line in found.lines] == [
        ["1", "5", "0.5", "9"],
        ["1", "6", "0.5", "9"],
        ["1", "7", "0.5", "9"],
    ]
    assert [line["share"] for line in found.lines] == ["70%", "15%", "15%"]


def test_splits_are_balanced_by_the_shares_of_categories() -> None:
    document = manifest(statistics=STATISTICS | {"colour": values({"red": 3, "white": 1})})
    document["schema"]["target"] = "colour"

    found = tables.balance(read_dataset(document))

    assert found.columns == ["red", "white"]
    assert found.lines[0]["cells"] == ["75%", "25%"]


def test_rare_values_of_a_target_are_one_column() -> None:
    counts = {f"c{number}": 10 for number in range(20)}
    document = manifest(statistics=STATISTICS | {"colour": values(counts)})
    document["schema"]["target"] = "colour"

    found = tables.balance(read_dataset(document))

    assert found.columns[-1] == "others"
    assert found.lines[0]["cells"] == [*["5%"] * 12, "40%"]


def test_many_values_of_a_column_are_not_all_named() -> None:
    counts = {f"c{number}": 10 - number for number in range(8)}

    (row,) = [
        one
        for one in tables.columns(dataset(statistics=STATISTICS | {"colour": values(counts)})).rows
        if one["name"] == "colour"
    ]

    assert row["categories"] == "c0 10, c1 9, c2 8, c3 7, c4 6 and 3 more"


def test_reasons_beyond_the_most_frequent_are_counted() -> None:
    reasons = [reason(1, f"row: {number} fields") for number in range(25)]

    found = tables.reasons(dataset(quarantine={"reasons": reasons}))

    assert (len(found.rows), found.more) == (tables.REASONS, 5)


def test_raw_objects_that_came_stand_first_and_say_so() -> None:
    before = dataset(parts=[part("a"), part("b")])
    now = dataset(parts=[part("a"), part("b", "v2"), part("c")])

    found = tables.objects(now, before).rows

    assert [(one["key"], one["state"]) for one in found] == [
        ("raw/wine/b.csv", "replaced"),
        ("raw/wine/c.csv", "new"),
        ("raw/wine/a.csv", ""),
    ]


def test_without_an_earlier_dataset_no_object_is_new() -> None:
    assert [one["state"] for one in tables.objects(dataset(), None).rows] == [""]
