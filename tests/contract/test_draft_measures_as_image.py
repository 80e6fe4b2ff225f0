"""What a draft measures of baselines is what the training image means by the same names."""

from __future__ import annotations

import numpy as np
import pytest

from ops.draft import scores
from training_image.metrics import measure
from training_image.objectives import OBJECTIVES


def test_errors_of_numbers_are_the_same() -> None:
    dice = np.random.default_rng(1)
    wanted, said = dice.normal(size=50), dice.normal(size=50)

    ours = scores.of_numbers(wanted, said)

    theirs = measure(OBJECTIVES["squared_error"], wanted, said)
    assert ours == pytest.approx({name: theirs[name] for name in ours})


@pytest.mark.parametrize(("objective", "classes"), [("binary", 2), ("multiclass", 4)])
def test_measures_of_labels_are_the_same(objective: str, classes: int) -> None:
    dice = np.random.default_rng(2)
    wanted = dice.integers(classes, size=60).astype(float)
    said = dice.dirichlet(np.ones(classes), size=60).round(2)

    ours = scores.of_labels(wanted, said)

    theirs = measure(OBJECTIVES[objective], wanted, said)
    assert ours == pytest.approx({name: theirs[name] for name in ours})
