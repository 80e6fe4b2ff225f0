"""Intervals of metrics."""

import math

import numpy as np
import pytest

from training_image.bootstrap import MOST_DRAWN, draw, estimate
from training_image.objectives import OBJECTIVES

SQUARED, BINARY = OBJECTIVES["squared_error"], OBJECTIVES["binary"]


def test_an_interval_holds_its_value_and_shrinks_with_rows() -> None:
    generator = np.random.default_rng(1)
    few, many = (generator.normal(10, 3, rows) for rows in (50, 5_000))

    narrow, wide = (
        estimate(SQUARED, target, {"x": np.full(len(target), target.mean())})["x"]["rmse"]
        for target in (many, few)
    )

    assert wide.low < wide.value < wide.high
    assert narrow.high - narrow.low < (wide.high - wide.low) / 5


def test_an_interval_is_as_wide_as_the_theory_has_it() -> None:
    error = np.random.default_rng(2).normal(0, 1, 2_000)

    found = estimate(SQUARED, error, {"x": np.zeros(2_000)})["x"]["rmse"]

    assert found.high - found.low == pytest.approx(2 * 1.96 * math.sqrt(1 / (2 * 2_000)), rel=0.1)


def test_of_many_rows_some_stand_for_all() -> None:
    rows = 9 * MOST_DRAWN
    error = np.random.default_rng(3).normal(0, 1, rows)

    found = estimate(SQUARED, error, {"x": np.zeros(rows)})["x"]["rmse"]

    assert found.value == pytest.approx(math.sqrt((error**2).mean()))
    assert found.high - found.low == pytest.approx(2 * 1.96 * math.sqrt(1 / (2 * rows)), rel=0.1)


def test_the_same_rows_give_the_same_interval() -> None:
    target = np.arange(20.0)

    first, second = (estimate(SQUARED, target, {"x": target + 1})["x"] for _ in range(2))

    assert first == second


def test_draws_of_one_value_do_not_spoil_r2() -> None:
    target = np.array([1.0, 2.0])

    r2 = estimate(SQUARED, target, {"x": target})["x"]["r2"]

    assert (r2.low, r2.value, r2.high) == (1.0, 1.0, 1.0)


def test_what_no_draw_can_say_is_null() -> None:
    answer = np.array([[0.9, 0.1], [0.8, 0.2]])

    found = estimate(BINARY, np.zeros(2), {"x": answer})["x"]["roc_auc"].to_json()

    assert found == {"value": None, "low": None, "high": None}


def test_the_interval_of_a_calibration_error_holds_it() -> None:
    generator = np.random.default_rng(4)
    chances = generator.random(2_000)
    target = (generator.random(2_000) < chances).astype(float)

    found = estimate(BINARY, target, {"x": np.stack([1 - chances, chances], axis=1)})["x"]

    assert 0 <= found["calibration_error"].low < found["calibration_error"].value
    assert found["calibration_error"].value < found["calibration_error"].high < 0.05


def test_the_difference_of_alike_predictors_is_known_better_than_either() -> None:
    generator = np.random.default_rng(5)
    target = generator.normal(0, 3, 500)
    ours = target + generator.normal(0, 1, 500)

    draws = draw(SQUARED, target, {"ours": ours, "theirs": ours + 0.01})

    difference, alone = draws.difference("rmse", 0.95), draws.estimate(0, "rmse")
    assert difference.high - difference.low < (alone.high - alone.low) / 20
