"""Model files and the training image mean the same objectives and metrics."""

import pytest

from models import objectives, training
from models.columns import Column
from training_image import hyperparameters, metrics
from training_image import objectives as image


def test_objectives_have_the_same_names() -> None:
    assert set(objectives.OBJECTIVES) == set(image.OBJECTIVES)


@pytest.mark.parametrize("name", objectives.OBJECTIVES)
def test_an_objective_has_the_same_metrics(name: str) -> None:
    ours, theirs = objectives.metrics_of(name), metrics.metrics_of(image.OBJECTIVES[name])

    assert set(ours) == set(theirs)
    assert ours[0] == metrics.main_metric(image.OBJECTIVES[name])


def test_metrics_have_the_same_direction() -> None:
    assert {name: objectives.direction(name) for name in objectives.METRICS} == metrics.DIRECTIONS


@pytest.mark.parametrize(
    ("target", "classes"),
    [
        (Column("y", "numeric"), 0),
        (Column("y", "integer"), 0),
        (Column("y", "boolean"), 2),
        (Column("y", "categorical", values=("a", "b")), 2),
        (Column("y", "categorical", values=("a", "b", "c")), 3),
    ],
)
def test_a_target_has_the_same_objectives(target: Column, classes: int) -> None:
    assert objectives.fitting(target) == image.fitting(target.kind, classes)


def test_words_and_bounds_are_the_same() -> None:
    assert set(training.ALGORITHMS) == set(hyperparameters.ALGORITHMS)
    assert training.CLASS_WEIGHTS == hyperparameters.CLASS_WEIGHTS
    assert hyperparameters.Hyperparameters().trials == training.USUAL_TRIALS
