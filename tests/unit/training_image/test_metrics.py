"""How good predictions are, held against what one can count by hand."""

import math
from typing import Any

import numpy as np
import pytest

from training_image.metrics import DIRECTIONS, measure, metrics_of, scorer_of
from training_image.objectives import OBJECTIVES

SQUARED, POISSON = OBJECTIVES["squared_error"], OBJECTIVES["poisson"]
BINARY, MULTICLASS = OBJECTIVES["binary"], OBJECTIVES["multiclass"]


def two_classes(*chances: float) -> Any:
    return np.array([[1 - chance, chance] for chance in chances])


def test_a_perfect_prediction_has_no_error() -> None:
    target = np.array([1.0, 2.0, 4.0])

    assert measure(SQUARED, target, target) == {"rmse": 0.0, "mae": 0.0, "r2": 1.0}


def test_errors_of_numbers_are_what_the_textbook_says() -> None:
    metrics = measure(SQUARED, np.array([1.0, 3.0]), np.array([2.0, 6.0]))

    assert metrics == pytest.approx({"rmse": math.sqrt(5), "mae": 2.0, "r2": -4.0})


def test_the_deviance_of_a_count_of_zero_is_twice_its_mean() -> None:
    metrics = measure(POISSON, np.array([0.0, 2.0]), np.array([0.5, 2.0]))

    assert metrics["poisson_deviance"] == pytest.approx((2 * 0.5 + 0) / 2)


def test_errors_of_labels_are_what_the_textbook_says() -> None:
    target = np.array([0.0, 0.0, 1.0, 1.0])

    metrics = measure(BINARY, target, two_classes(0.1, 0.4, 0.35, 0.8))

    assert metrics["roc_auc"] == pytest.approx(0.75)
    assert metrics["pr_auc"] == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert metrics["accuracy"] == 0.75
    assert metrics["f1"] == pytest.approx(2 / 3)
    assert metrics["log_loss"] == pytest.approx(
        -sum(math.log(chance) for chance in (0.9, 0.6, 0.35, 0.8)) / 4
    )


def test_equal_scores_count_half_in_the_area_under_the_curve() -> None:
    metrics = measure(BINARY, np.array([0.0, 1.0, 1.0]), two_classes(0.5, 0.5, 0.5))

    assert metrics["roc_auc"] == 0.5
    assert metrics["pr_auc"] == pytest.approx(2 / 3)


def test_the_calibration_error_is_the_distance_in_each_bin_weighted_by_its_rows() -> None:
    target = np.array([0.0, 1.0, 1.0, 1.0])

    metrics = measure(BINARY, target, two_classes(0.31, 0.39, 0.9, 0.9))

    assert metrics["calibration_error"] == pytest.approx(0.5 * (0.5 - 0.35) + 0.5 * 0.1)


def test_of_many_classes_those_that_the_rows_have_count_alike() -> None:
    target = np.array([0.0, 0.0, 2.0])
    answer = np.array([[0.8, 0.1, 0.1], [0.3, 0.3, 0.4], [0.1, 0.2, 0.7]])

    metrics = measure(MULTICLASS, target, answer)

    assert metrics["accuracy"] == pytest.approx(2 / 3)
    assert metrics["f1"] == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert metrics["roc_auc"] == 1.0


def test_a_certain_and_wrong_answer_costs_much_but_not_infinitely() -> None:
    metrics = measure(BINARY, np.array([0.0, 1.0]), two_classes(1.0, 1.0))

    assert metrics["log_loss"] == pytest.approx(-math.log(1e-15) / 2)


@pytest.mark.parametrize(
    ("objective", "answer"),
    [
        (POISSON, np.array([1.0, 0.5, 1.5, 4.0])),
        (BINARY, two_classes(0.2, 0.3, 0.3, 0.9)),
    ],
)
def test_a_weight_of_two_is_the_row_twice(objective: Any, answer: Any) -> None:
    target = np.array([0.0, 1.0, 0.0, 1.0])
    twice = np.array([0, 1, 1, 2, 3])

    weighed = scorer_of(objective, target, answer)(np.array([1.0, 2.0, 1.0, 1.0]))

    assert weighed == pytest.approx(
        tuple(measure(objective, target[twice], answer[twice]).values())
    )


def test_rows_of_one_class_have_no_area_under_a_curve() -> None:
    metrics = measure(BINARY, np.array([0.0, 0.0]), two_classes(0.1, 0.2))

    assert math.isnan(metrics["roc_auc"])
    assert math.isnan(metrics["f1"])


def test_each_metric_has_a_direction() -> None:
    names = {name for objective in OBJECTIVES.values() for name in metrics_of(objective)}

    assert names == set(DIRECTIONS)
