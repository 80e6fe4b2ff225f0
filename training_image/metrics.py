"""Errors of predictions, and how sure one can be of them.

Pure. Intervals are bootstrap percentiles: the test rows are drawn anew, with replacement, many
times, and the metric is taken each time. Every predictor is measured on the same draws, so their
intervals compare like with like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

METRICS: Final = ("rmse", "mae", "r2")
LEVEL: Final = 0.95
RESAMPLES: Final = 1_000
SEED: Final = 0
DIGITS: Final = 9
"""Significant digits that are written: more would be noise of the last bits."""


@dataclass(frozen=True)
class Estimate:
    """A metric on the test rows, and the interval that holds it with the stated confidence."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """Return plain numbers."""
        return {name: rounded(value) for name, value in vars(self).items()}


def rounded(value: float) -> float:
    """Return a number with as many digits as mean something."""
    return float(f"{value:.{DIGITS}g}")


def measure(target: NDArray[np.float64], prediction: NDArray[Any]) -> dict[str, float]:
    """Return each metric of a prediction; R2 of a constant target is NaN."""
    return dict(zip(METRICS, map(float, _measure(target, prediction)), strict=True))


def estimate(
    target: NDArray[np.float64], predictions: Mapping[str, NDArray[Any]]
) -> dict[str, dict[str, Estimate]]:
    """Return each predictor's metrics with their intervals, all from the same draws of rows."""
    generator = np.random.default_rng(SEED)
    draws = np.empty((RESAMPLES, len(predictions), len(METRICS)))
    for draw in range(RESAMPLES):
        rows = generator.integers(0, len(target), len(target))
        drawn = target[rows]
        for index, prediction in enumerate(predictions.values()):
            draws[draw, index] = _measure(drawn, prediction[rows])
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    # a draw of equal targets has no R2: the other draws speak
    bounds = np.nanquantile(draws, tails, axis=0)
    return {
        name: {
            metric: Estimate(value, float(bounds[0, index, which]), float(bounds[1, index, which]))
            for which, (metric, value) in enumerate(measure(target, prediction).items())
        }
        for index, (name, prediction) in enumerate(predictions.items())
    }


def interval_method() -> dict[str, Any]:
    """Return how the intervals were made, as `evaluation.json` says it."""
    return {
        "level": LEVEL,
        "method": "bootstrap percentile",
        "resamples": RESAMPLES,
        "seed": SEED,
    }


def _measure(target: NDArray[np.float64], prediction: NDArray[Any]) -> tuple[float, float, float]:
    error = prediction - target
    squared = float(error @ error)
    deviation = target - target.mean()
    spread = float(deviation @ deviation)
    r2 = 1 - squared / spread if spread > 0 else float("nan")
    return (squared / len(target)) ** 0.5, float(np.abs(error).mean()), r2
