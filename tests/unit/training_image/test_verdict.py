"""What a comparison decides."""

from __future__ import annotations

import numpy as np

from training_image.bootstrap import draw
from training_image.objectives import OBJECTIVES
from training_image.verdict import Question, conclude


def test_a_class_that_no_draw_has_cannot_be_compared() -> None:
    target = np.zeros(100_000)
    target[7] = 1.0  # one row of 100,000, of which draws are made of 10,000
    chance = np.random.default_rng(0).random(100_000).astype(np.float32)
    answers = np.stack([1 - chance, chance], axis=1)

    draws = draw(OBJECTIVES["binary"], target, {"ours": answers, "theirs": answers})
    found = conclude(draws, Question("pr_auc", 0.9))

    assert found["not_worse"] is None
    assert found["incomparable"] == "pr_auc has no interval on these test rows"
