"""Which decay suits nets depends on the data: other rows tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training_image.nets import DECAYS, Lesson, Nets, fit_nets, scout_nets
from training_image.objectives import OBJECTIVES, Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LABELS = OBJECTIVES["binary"]
NUMBERS = OBJECTIVES["squared_error"]
LEARNT = 300


def rows_of(count: int) -> Floats:
    return np.random.default_rng(0).standard_normal((count, 4), dtype=np.float32)


def lesson(rows: Floats, target: Floats) -> Lesson:
    weight = np.ones(len(rows), dtype=np.float32)
    return Lesson(rows=rows, target=target[:, None], weight=weight)


def best(objective: Objective, rows: Floats, target: Floats) -> Nets:
    """Return the nets that do best on rows that they have not learnt from."""
    tried = scout_nets(lesson(rows[:LEARNT], target[:LEARNT]), objective, 0)

    def loss(nets: Nets) -> float:
        answers = objective.predictions(nets.margins(rows[LEARNT:]))
        return float(objective.losses(answers, target[LEARNT:].astype(np.float64)).mean())

    return min(tried, key=loss)


def test_labels_by_chance_are_best_learnt_with_the_most_decay() -> None:
    target = np.random.default_rng(1).integers(0, 2, 600).astype(np.float32)

    found = best(LABELS, rows_of(600), target)

    assert found.decay == max(DECAYS)


def test_a_smooth_surface_without_noise_is_best_learnt_with_the_least_decay() -> None:
    rows = rows_of(600)
    target = np.sin(rows[:, 0]) * rows[:, 1] + rows[:, 2]

    found = best(NUMBERS, rows, target)

    assert found.decay < 1


def test_the_same_seed_gives_the_same_nets() -> None:
    rows = rows_of(200)
    asked = lesson(rows, rows[:, 0])

    one, two = (fit_nets(asked, NUMBERS, 3, DECAYS[0]).margins(rows) for _ in range(2))

    assert one.tobytes() == two.tobytes()
