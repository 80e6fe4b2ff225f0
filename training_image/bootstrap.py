"""How sure one can be of a metric: bootstrap intervals (Efron, 1979).

The test rows are drawn anew, with replacement, many times, and the metric is taken each time. All
predictors are measured on the same draws, so their intervals compare like with like, and so do
differences. Of many rows some stand for all: the spread of their draws, shrunk by the root of
their share, is that of draws of all rows (Bickel, Götze and van Zwet, 1997). That bounds time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image.metrics import measure, metrics_of, rounded, scorer_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from training_image.objectives import Objective

    Numbers = NDArray[np.float64]

LEVEL: Final = 0.95
RESAMPLES: Final = 1_000
SEED: Final = 0

MOST_DRAWN: Final = 10_000
"""Rows of a draw. More would change the third digit of an interval's width."""

LEAST_DRAWN: Final = 2_000
"""However many classes there are: each is ranked by itself."""


@dataclass(frozen=True)
class Estimate:
    """A metric on the test rows, and the interval that holds it with the stated confidence."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float | None]:
        """Return plain numbers; JSON knows no NaN, which is null."""
        return {
            name: rounded(value) if math.isfinite(value) else None
            for name, value in vars(self).items()
        }


@dataclass(frozen=True)
class Draws:
    """The metrics of predictors in each draw, beside those of all rows."""

    metrics: tuple[str, ...]
    values: Numbers
    """Of all rows; shape (predictors, metrics)."""

    deviations: Numbers
    """Of the draws from their rows' own values; shape (draws, predictors, metrics)."""

    def estimate(self, predictor: int, metric: str, level: float = LEVEL) -> Estimate:
        """Return a metric of a predictor with its interval."""
        which = self.metrics.index(metric)
        return _estimate(
            self.values[predictor, which], self.deviations[:, predictor, which], metric, level
        )

    def difference(self, metric: str, level: float) -> Estimate:
        """Return how much more the first predictor's metric is than the second's."""
        which = self.metrics.index(metric)
        value = self.values[0, which] - self.values[1, which]
        return _estimate(
            value, self.deviations[:, 0, which] - self.deviations[:, 1, which], "", level
        )


def draw(objective: Objective, target: Numbers, predictions: Mapping[str, NDArray[Any]]) -> Draws:
    """Measure predictors on all rows, and on the same draws of rows."""
    names = metrics_of(objective)
    generator = np.random.default_rng(SEED)
    rows = _drawn_rows(generator, target, predictions)
    scorers = [scorer_of(objective, target[rows], answer[rows]) for answer in predictions.values()]
    own = np.array([scorer(np.ones(len(rows))) for scorer in scorers])
    found = np.empty((RESAMPLES, len(scorers), len(names)))
    for number in range(RESAMPLES):
        drawn = generator.integers(0, len(rows), len(rows))
        weights = np.bincount(drawn, minlength=len(rows)).astype(np.float64)
        found[number] = [scorer(weights) for scorer in scorers]
    measured = [measure(objective, target, answer) for answer in predictions.values()]
    values = np.array([[one[name] for name in names] for one in measured])
    return Draws(names, values, (found - own) * math.sqrt(len(rows) / len(target)))


def estimate(
    objective: Objective, target: Numbers, predictions: Mapping[str, NDArray[Any]]
) -> dict[str, dict[str, Estimate]]:
    """Return each predictor's metrics with their intervals, all from the same draws of rows."""
    draws = draw(objective, target, predictions)
    return {
        name: {metric: draws.estimate(index, metric) for metric in draws.metrics}
        for index, name in enumerate(predictions)
    }


def interval_method() -> dict[str, Any]:
    """Return how the intervals were made, as `evaluation.json` says it."""
    return {"level": LEVEL, "method": "bootstrap percentile", "resamples": RESAMPLES, "seed": SEED}


def _drawn_rows(
    generator: np.random.Generator, target: Numbers, predictions: Mapping[str, NDArray[Any]]
) -> NDArray[np.intp]:
    """Return the rows that draws are made of: all, or if they are many some of them."""
    classes = max(answer.shape[1] if answer.ndim > 1 else 1 for answer in predictions.values())
    most = max(LEAST_DRAWN, MOST_DRAWN // max(1, classes - 1))
    if len(target) <= most:
        return np.arange(len(target))
    return np.sort(generator.choice(len(target), most, replace=False))


def _estimate(value: float, deviations: Numbers, metric: str, level: float) -> Estimate:
    known = deviations[np.isfinite(deviations)]  # a draw of equal targets has no R2
    if not known.size or not math.isfinite(value):
        return Estimate(float(value), math.nan, math.nan)
    # Distances add up: draws are further from the diagonal than the rows that they are made of.
    bias = float(np.median(known)) if metric == "calibration_error" else 0.0
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    least = 0.0 if metric == "calibration_error" else -math.inf
    return Estimate(float(value), max(least, float(value + low - bias)), float(value + high - bias))
