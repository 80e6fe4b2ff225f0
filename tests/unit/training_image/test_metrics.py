"""Metrics and their intervals."""

import math

import numpy as np
import pytest

from training_image.metrics import estimate, measure


def test_a_perfect_prediction_has_no_error() -> None:
    target = np.array([1.0, 2.0, 4.0])

    assert measure(target, target) == {"rmse": 0.0, "mae": 0.0, "r2": 1.0}


def test_metrics_are_what_the_textbook_says() -> None:
    metrics = measure(np.array([1.0, 3.0]), np.array([2.0, 6.0]))

    assert metrics == pytest.approx({"rmse": math.sqrt(5), "mae": 2.0, "r2": -4.0})


def test_an_interval_holds_its_value_and_shrinks_with_rows() -> None:
    generator = np.random.default_rng(1)
    few, many = (generator.normal(10, 3, rows) for rows in (50, 5_000))

    narrow, wide = (
        estimate(target, {"mean": np.full(len(target), target.mean())})["mean"]["rmse"]
        for target in (many, few)
    )

    assert wide.low < wide.value < wide.high
    assert narrow.high - narrow.low < (wide.high - wide.low) / 5


def test_the_same_rows_give_the_same_interval() -> None:
    target = np.arange(20.0)

    first, second = (estimate(target, {"x": target + 1})["x"] for _ in range(2))

    assert first == second


def test_draws_of_one_value_do_not_spoil_r2() -> None:
    target = np.array([1.0, 2.0])

    r2 = estimate(target, {"x": target})["x"]["r2"]

    assert (r2.low, r2.value, r2.high) == (1.0, 1.0, 1.0)
