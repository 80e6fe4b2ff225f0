"""Parts of the test rows, and how answers and truth agree."""

from typing import Any

import numpy as np
import pytest

from training_image.dataset import Split
from training_image.features import as_features
from training_image.objectives import OBJECTIVES
from training_image.schema import Column, Schema
from training_image.slices import calibration, residuals, slices

SCHEMA = Schema(
    (
        Column("x", "numeric", nullable=True),
        Column("on", "boolean"),
        Column("k", "categorical", nullable=True, values=("a", "b", "rare")),
        Column("y", "numeric"),
    ),
    "y",
)
SQUARED = OBJECTIVES["squared_error"]


def split_of(numbers: Any, flags: Any, words: Any, target: Any) -> Split:
    features = as_features([numbers, flags], [words], SCHEMA)
    return Split("test", features, np.asarray(target, dtype=np.float64), [])


def parts(split: Split, prediction: Any, column: str) -> dict[str, Any]:
    found = slices(split, SCHEMA, SQUARED, np.asarray(prediction, dtype=np.float32), [column])
    return {one["slice"]: one for one in found}


HUNDRED = split_of(
    [*range(80), *[np.nan] * 20],
    [0, 1] * 50,
    ["a"] * 60 + ["b"] * 30 + [""] * 10,
    [1] * 60 + [2] * 40,
)


def test_each_category_and_what_is_missing_is_a_part() -> None:
    found = parts(HUNDRED, [1] * 100, "k")

    assert {name: one["rows"] for name, one in found.items()} == {"a": 60, "b": 30, "(missing)": 10}
    assert [found[name]["metrics"]["rmse"] for name in ("a", "b")] == [0, 1]


def test_numbers_are_parted_into_quarters() -> None:
    found = parts(HUNDRED, [1] * 100, "x")

    assert [one["rows"] for one in found.values()] == [20] * 5
    assert next(iter(found)) == "at most 19.75"
    assert next(reversed(found)) == "(missing)"


def test_booleans_are_parted_by_their_words() -> None:
    assert set(parts(HUNDRED, [1] * 100, "on")) == {"false", "true"}


def test_a_part_of_few_rows_is_not_told_of() -> None:
    split = split_of([0.0] * 20, [0] * 20, ["a"] * 11 + ["rare"] * 9, [1] * 20)

    assert set(parts(split, [1] * 20, "k")) == {"a"}


def test_what_a_part_cannot_say_is_null() -> None:
    assert parts(HUNDRED, [1] * 100, "k")["a"]["metrics"]["r2"] is None


def test_calibration_tells_what_was_said_beside_what_came_true() -> None:
    answer = np.array([[0.75, 0.25], [0.75, 0.25], [0.0, 1.0]])

    found = calibration(np.array([0.0, 1.0, 1.0]), answer)

    assert found == [
        {"from": 0.2, "to": 0.3, "rows": 2, "predicted": 0.25, "observed": 0.5},
        {"from": 0.9, "to": 1.0, "rows": 1, "predicted": 1.0, "observed": 1.0},
    ]


def test_residuals_count_every_row() -> None:
    error = np.random.default_rng(0).standard_cauchy(1_000)

    found = residuals(error, np.zeros(1_000))

    assert sum(found["counts"]) == 1_000
    assert len(found["edges"]) == len(found["counts"]) + 1
    assert found["edges"][-1] < error.max()


def test_residuals_of_a_perfect_model_are_drawn_too() -> None:
    assert sum(residuals(np.ones(5), np.ones(5))["counts"]) == 5


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_certain_answers_are_in_the_outer_bins(value: float) -> None:
    found = calibration(np.array([1.0]), np.array([[1 - value, value]]))

    assert found[0]["from"] == (0.9 if value else 0.0)
