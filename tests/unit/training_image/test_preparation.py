"""What is left out of rows, and what is put together."""

from typing import Any

import numpy as np
import pytest

from training_image.errors import TrainingError
from training_image.features import as_features
from training_image.preparation import Derived, directions, prepare, read_derived
from training_image.schema import Column, Schema

DAY = Column("day", "date", format="%Y", features=("year", "month"))
SCHEMA = Schema(
    (
        Column("a", "numeric", nullable=True),
        DAY,
        Column("k", "categorical", values=("x", "y")),
        Column("b", "integer"),
        Column("on", "boolean"),
        Column("l", "categorical", values=("u", "v")),
        Column("y", "numeric"),
    ),
    "y",
)
ROWS = as_features(
    [[6.0, np.nan, -1.0], [2020] * 3, [1, 2, 3], [2.0, 1.0, 0.0], [1, 0, 1]],
    [["x", "y", "x"], ["u", "u", "v"]],
    SCHEMA,
)


def derived(kind: str, *of: str) -> Any:
    prepared = prepare(SCHEMA, [], [Derived("d", kind, of)])
    return prepared.features(ROWS).numeric[:, -1].tolist()


def test_without_a_word_rows_are_what_they_were() -> None:
    prepared = prepare(SCHEMA, [], [])

    assert prepared.features(ROWS) is ROWS
    assert prepared.schema is SCHEMA


def test_what_is_excluded_is_not_learnt_from() -> None:
    prepared = prepare(SCHEMA, ["day", "k"], [])

    rows = prepared.features(ROWS)

    assert [column.name for column in prepared.schema.features] == ["a", "b", "on", "l"]
    assert rows.numeric[:, 1].tolist() == [2, 1, 0]
    assert rows.categorical.tolist() == [["u"], ["u"], ["v"]]


def test_what_is_derived_stands_behind_what_is_left() -> None:
    prepared = prepare(
        SCHEMA, ["a"], [Derived("d", "log", ("a",)), Derived("e", "ratio", ("a", "b"))]
    )

    assert [column.name for column in prepared.schema.numbers] == ["day", "b", "on", "e", "d"]
    assert prepared.features(ROWS).numeric[0].tolist() == [2020, 1, 2, 1, 3, np.float32(np.log(6))]


@pytest.mark.parametrize(
    ("kind", "of", "expected"),
    [
        ("ratio", ("a", "b"), [3.0, np.nan, np.nan]),
        ("difference", ("b", "a"), [-4.0, np.nan, 1.0]),
        ("product", ("a", "a"), [36.0, np.nan, 1.0]),
        ("log", ("a",), [np.float32(np.log(6)), np.nan, np.nan]),
        ("log", ("b",), [np.float32(np.log(2)), 0.0, np.nan]),
    ],
)
def test_what_is_no_finite_number_is_missing(
    kind: str, of: tuple[str, ...], expected: list[float]
) -> None:
    assert derived(kind, *of) == pytest.approx(expected, nan_ok=True)


def test_directions_are_told_for_each_column_of_numbers() -> None:
    assert directions(SCHEMA, {"b": "decreasing", "on": "increasing"}) == (0, 0, 0, -1, 1)


@pytest.mark.parametrize("name", ["day", "k", "y", "z"])
def test_a_direction_is_one_of_a_number(name: str) -> None:
    with pytest.raises(TrainingError, match=r"training.monotone.*expected one of a, b, on"):
        directions(SCHEMA, {name: "increasing"})


def test_the_target_cannot_be_excluded() -> None:
    with pytest.raises(TrainingError, match=r"training.features.exclude.*found 'y'"):
        prepare(SCHEMA, ["y"], [])


def test_only_numbers_are_put_together() -> None:
    with pytest.raises(TrainingError, match=r"training.features.derived.*found 'k'"):
        prepare(SCHEMA, [], [Derived("d", "log", ("k",))])


@pytest.mark.parametrize(
    "fields", [{"name": "d"}, {"log": "a"}, {"name": "d", "ratio": ["a"]}, {"name": 1, "log": "a"}]
)
def test_half_a_derived_feature_is_none(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"name|log"):
        read_derived([fields])
