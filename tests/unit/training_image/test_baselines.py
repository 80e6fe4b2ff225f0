"""What the baselines learn."""

from typing import Any

import numpy as np
import pytest

from training_image.baselines import fit_baselines
from training_image.dataset import Split
from training_image.features import as_features
from training_image.objectives import OBJECTIVES
from training_image.schema import Column, Schema

COLUMNS = (Column("x", "numeric", nullable=True), Column("k", "categorical", values=("a", "b")))
NUMBER = Schema((*COLUMNS, Column("y", "numeric")), "y")
LABEL = Schema((*COLUMNS, Column("y", "categorical", values=("no", "maybe", "yes"))), "y")
FLAG = Schema((*COLUMNS, Column("y", "boolean")), "y")


def split_of(schema: Schema, numbers: Any, target: Any) -> Split:
    words = np.where(np.arange(len(numbers)) % 2, "a", "b")
    features = as_features([np.asarray(numbers)], [words], schema)
    return Split("train", features, np.asarray(target, dtype=np.float64), [])


def test_a_line_is_found_again_although_some_numbers_are_missing() -> None:
    numbers = np.arange(100.0)
    split = split_of(NUMBER, np.where(np.arange(100) == 50, np.nan, numbers), 3 * numbers + 7)

    line = fit_baselines(split, NUMBER, OBJECTIVES["squared_error"]).predict(split.features)

    assert np.abs(np.delete(line["linear"] - split.target, 50)).max() < 0.1


@pytest.mark.parametrize(
    ("objective", "constant"), [("squared_error", 25.0), ("absolute_error", 1.0), ("poisson", 25.0)]
)
def test_the_constant_is_what_the_objective_makes_small(objective: str, constant: float) -> None:
    split = split_of(NUMBER, [1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 1.0, 98.0])

    found = fit_baselines(split, NUMBER, OBJECTIVES[objective]).predict(split.features)

    assert found["constant"].tolist() == [constant] * 4


def test_the_constant_of_classes_is_their_shares() -> None:
    split = split_of(LABEL, [1.0, 2.0, 3.0, 4.0], [0, 0, 0, 2])

    found = fit_baselines(split, LABEL, OBJECTIVES["multiclass"]).predict(split.features)

    assert found["constant"][3].tolist() == [0.75, 0, 0.25]


def test_a_logistic_model_finds_the_chances_that_made_the_labels() -> None:
    generator = np.random.default_rng(0)
    numbers = generator.normal(0, 1, 20_000)
    chances = 1 / (1 + np.exp(-(2 * numbers - 1)))
    split = split_of(FLAG, numbers, generator.random(20_000) < chances)

    found = fit_baselines(split, FLAG, OBJECTIVES["binary"]).predict(split.features)

    assert np.abs(found["linear"][:, 1] - chances).max() < 0.03


def test_a_class_that_never_occurs_spoils_nothing() -> None:
    numbers = np.linspace(-1, 1, 200)
    split = split_of(LABEL, numbers, np.where(numbers > 0, 2, 0))

    found = fit_baselines(split, LABEL, OBJECTIVES["multiclass"]).predict(split.features)["linear"]

    assert found[:, 1].max() < 1e-3
    assert (found.argmax(axis=1) == split.target).mean() > 0.98


def test_counts_grow_by_factors() -> None:
    generator = np.random.default_rng(0)
    numbers = generator.normal(0, 1, 20_000)
    mean = np.exp(1 + 0.5 * numbers)
    split = split_of(NUMBER, numbers, generator.poisson(mean))

    found = fit_baselines(split, NUMBER, OBJECTIVES["poisson"]).predict(split.features)["linear"]

    assert np.abs(found / mean - 1).max() < 0.1
