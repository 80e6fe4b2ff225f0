"""How far columns moved."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from tests.unit.twin.manifests import STATISTICS, bins, column, manifest, numbers, part, values
from twin.report.dataset import Dataset, read_dataset
from twin.report.drift import Drift, Index, by_chance, drifts, stability_index

BEFORE = read_dataset(manifest())


def later(**changes: Any) -> Dataset:
    """Return a dataset of another raw object."""
    return read_dataset(manifest(**{"dataset_id": "e" * 16, "parts": [part("b")], **changes}))


def drift_of(name: str, now: Dataset, before: Dataset = BEFORE) -> Drift:
    return next(one for one in drifts(now, before) if one.column == name)


def test_the_index_is_what_its_formula_says() -> None:
    now, before = {"a": 30, "b": 70}, {"a": 50, "b": 50}

    index = stability_index(now, before)

    assert index == pytest.approx(-0.2 * math.log(0.3 / 0.5) + 0.2 * math.log(0.7 / 0.5))


def test_the_index_is_the_same_in_both_directions() -> None:
    some, other = {"a": 30, "b": 70}, {"a": 5, "b": 10, "c": 85}

    assert stability_index(some, other) == pytest.approx(stability_index(other, some))


def test_equal_shares_of_any_size_have_not_moved() -> None:
    assert stability_index({"a": 1, "b": 3}, {"a": 100, "b": 300}) == 0


def test_a_bin_that_one_side_has_alone_counts_as_half_a_row_there() -> None:
    index = stability_index({"a": 100}, {"a": 90, "b": 10})

    known = 0.1 * math.log(1 / 0.9) + (0.005 - 0.1) * math.log(0.005 / 0.1)
    assert index == pytest.approx(known)


def test_a_bin_that_is_empty_on_both_sides_says_nothing() -> None:
    assert stability_index({"a": 4, "b": 0}, {"a": 9, "b": 0}) == 0


@pytest.mark.parametrize("shared", [0, 300])
def test_chance_alone_stays_below_what_is_said_95_times_in_100(shared: int) -> None:
    source, names = random.Random(5), "abcdefgh"  # noqa: S311 - samples, not secrets
    limit = by_chance(len(names), 1000, 400, shared)

    def index() -> float:
        both = source.choices(names, k=shared)
        now = both + source.choices(names, k=1000 - shared)
        before = both + source.choices(names, k=400 - shared)
        return stability_index(
            {name: now.count(name) for name in names},
            {name: before.count(name) for name in names},
        )

    below = sum(index() < limit for _ in range(1000))
    assert 930 <= below <= 970


@pytest.mark.parametrize(
    ("value", "chance", "verdict"),
    [
        (0.09, 0.0, "stable"),
        (0.1, 0.05, "moved"),
        (0.2, 0.3, "chance"),
        (0.25, 0.0, "far"),
        (0.4, 0.5, "chance"),
    ],
)
def test_a_verdict_knows_thresholds_and_chance(value: float, chance: float, verdict: str) -> None:
    assert Index(value, chance).verdict == verdict


def test_a_column_that_moved_comes_first() -> None:
    now = later(statistics=STATISTICS | {"colour": values({"red": 30, "<white>": 1200})})

    assert drifts(now, BEFORE)[0].column == "colour"
    assert drift_of("colour", now).verdict == "far"
    assert drift_of("acid", now).verdict == "stable"


def test_empty_fields_are_a_bin() -> None:
    now = later(statistics=STATISTICS | {"acid": numbers({"0": 6, "1": 1}, nulls=65)})

    assert drift_of("acid", now).verdict == "far"


@pytest.mark.parametrize(
    ("columns", "bounds", "said"),
    [
        (column("acid", "integer"), bins(), "was numeric, is integer: other bins"),
        (column("acid", "numeric"), bins(0, 20), "its range was 0 to 10, is 0 to 20: other bins"),
        (
            column("acid", "numeric"),
            bins(None, 10),
            "its range was 0 to 10, is open to 10: other bins",
        ),
    ],
)
def test_other_bins_are_said_and_not_computed(
    columns: dict[str, Any], bounds: dict[str, Any], said: str
) -> None:
    others = [one for one in manifest()["schema"]["columns"] if one["name"] != "acid"]
    now = later(columns=[columns, *others], bins=manifest()["bins"] | {"acid": bounds})

    assert drift_of("acid", now) == Drift("acid", note=said)


def test_columns_that_came_and_went_are_said() -> None:
    others = [one for one in manifest()["schema"]["columns"] if one["name"] != "acid"]
    now = later(
        columns=[column("sweet", "boolean"), *others],
        statistics=STATISTICS | {"sweet": values({"true": 1, "false": 2})},
    )

    assert drift_of("sweet", now) == Drift("sweet", note="is a new column")
    assert drift_of("acid", now) == Drift("acid", note="is no column any more")


def test_categories_that_came_and_went_are_named() -> None:
    came = {"red": 1200, **dict.fromkeys(("rosé", "a", "b", "c", "d"), 1)}
    now = later(statistics=STATISTICS | {"colour": values(came)})

    assert drift_of("colour", now).note == "new: a, b, c, d and 1 more; gone: <white>"


def test_bins_without_a_declared_range_are_said_to_be_coarse() -> None:
    open_ended = manifest()["bins"] | {"acid": bins(None, None)}
    before, now = read_dataset(manifest(bins=open_ended)), later(bins=open_ended)

    assert "powers of two" in drift_of("acid", now, before).note


def test_of_a_dataset_that_grew_the_new_rows_are_judged_apart() -> None:
    before = read_dataset(manifest(statistics=STATISTICS | {"acid": numbers({"0": 1000})}))
    now = later(
        parts=[part(), part("b")],
        statistics=STATISTICS | {"acid": numbers({"0": 1000, "3": 10})},
    )

    acid = drift_of("acid", now, before)

    assert acid.whole is not None
    assert acid.whole.verdict == "stable"
    assert acid.added is not None
    assert acid.added.value == pytest.approx(stability_index({"3": 30}, {"0": 3000}))
    assert acid.verdict == "far"


def test_new_rows_are_not_told_apart_where_an_object_was_replaced() -> None:
    now = later(parts=[part("a", "v2"), part("b")])

    assert drift_of("acid", now).added is None
