"""How good predictions are, on rows that may weigh differently.

Pure; NumPy alone. A scorer is made once for the rows and asked with weights many times: a bootstrap
draw is nothing but the number of times that each row was drawn. What needs a ranking sorts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from training_image.objectives import Objective

    Numbers = NDArray[np.float64]
    Scorer = Callable[[Numbers], tuple[float, ...]]
    """Weights of the rows in, the value of each metric out, in the order of `metrics_of`."""

Direction = Literal["lower", "higher"]

DIRECTIONS: Final[Mapping[str, Direction]] = {
    "rmse": "lower",
    "mae": "lower",
    "r2": "higher",
    "poisson_deviance": "lower",
    "log_loss": "lower",
    "roc_auc": "higher",
    "pr_auc": "higher",
    "f1": "higher",
    "accuracy": "higher",
    "calibration_error": "lower",
}
"""Which way each metric is better."""

OF_NUMBERS: Final = ("rmse", "mae", "r2")
OF_LABELS: Final = ("log_loss", "roc_auc", "pr_auc", "f1", "accuracy", "calibration_error")

BINS: Final = 10
"""Of equal width, by which calibration is looked at."""

DIGITS: Final = 9
"""Significant digits that are written: more would be noise of the last bits."""

_LEAST_CHANCE: Final = 1e-15
_LEAST_MEAN: Final = 1e-9
"""What the mean of a count is at least."""

_NOTHING: Final = 1e-12
_NAN: Final = float("nan")


def rounded(value: float) -> float:
    """Return a number with as many digits as mean something."""
    return float(f"{value:.{DIGITS}g}")


def metrics_of(objective: Objective) -> tuple[str, ...]:
    """Return the metrics that models of an objective have."""
    if objective.classifies:
        return OF_LABELS
    return (*OF_NUMBERS, "poisson_deviance") if objective.name == "poisson" else OF_NUMBERS


def main_metric(objective: Objective) -> str:
    """Return the metric that says what the objective makes small."""
    names = {"absolute_error": "mae", "poisson": "poisson_deviance"}
    return "log_loss" if objective.classifies else names.get(objective.name, "rmse")


def measure(objective: Objective, target: Numbers, prediction: NDArray[Any]) -> dict[str, float]:
    """Return each metric of a prediction; what the rows cannot say, as R2 of one value, is NaN."""
    values = scorer_of(objective, target, prediction)(np.ones(len(target)))
    return dict(zip(metrics_of(objective), values, strict=True))


def scorer_of(objective: Objective, target: Numbers, prediction: NDArray[Any]) -> Scorer:
    """Return what measures these predictions.

    Args:
        objective: What the model was trained for.
        target: Numbers, or the places of classes.
        prediction: Shape (rows,); of classes their probabilities, shape (rows, classes).
    """
    answer = prediction.astype(np.float64)
    if objective.classifies:
        return _Labels(target.astype(np.intp), answer)
    return _Numbers(target, answer, with_deviance=objective.name == "poisson")


class _Numbers:
    """Errors of numbers: all of them are sums over rows."""

    def __init__(self, target: Numbers, answer: Numbers, *, with_deviance: bool) -> None:
        error = answer - target
        centred = target - target.mean()
        columns = [error**2, np.abs(error), centred, centred**2]
        columns += [_deviance(target, answer)] if with_deviance else []
        self._sums = np.stack(columns, axis=1)

    def __call__(self, weights: Numbers) -> tuple[float, ...]:
        rows = float(weights.sum())
        squared, absolute, first, second, *deviance = map(float, weights @ self._sums)
        spread = second - first**2 / rows
        r2 = 1 - squared / spread if spread > _NOTHING * second else _NAN
        return ((squared / rows) ** 0.5, absolute / rows, r2, *(one / rows for one in deviance))


def _deviance(target: Numbers, answer: Numbers) -> Numbers:
    """Return twice what the likelihood of a count falls short of the best one, row by row."""
    mean = np.maximum(answer, _LEAST_MEAN)
    logs = np.log(np.maximum(target, _LEAST_MEAN) / mean)
    return 2 * (target * logs - target + mean)


class _Labels:
    """How good labels and probabilities are.

    Of two classes the second one is looked for. Of more, ROC AUC, PR AUC and F1 are the mean over
    the classes that the rows have, each against all others.
    """

    def __init__(self, target: NDArray[np.intp], answer: Numbers) -> None:
        classes = answer.shape[1]
        rows = np.arange(len(target))
        self._classes = classes
        self._losses = -np.log(np.maximum(answer[rows, target], _LEAST_CHANCE))
        label = answer.argmax(axis=1)
        self._pairs = target * classes + label
        self._looked_at = [1] if classes == 2 else np.unique(target).tolist()  # noqa: PLR2004 - two classes
        self._rankings = [_Ranking(answer[:, one], target == one) for one in self._looked_at]
        self._reliability = reliability_of(target, answer)

    def __call__(self, weights: Numbers) -> tuple[float, ...]:
        rows = float(weights.sum())
        size = self._classes
        confusion = np.bincount(self._pairs, weights, size * size).reshape(size, size)
        areas = [ranking.areas(weights) for ranking in self._rankings]
        return (
            float(weights @ self._losses) / rows,
            _mean([roc for roc, _ in areas]),
            _mean([precision for _, precision in areas]),
            _mean([_f1(confusion, one) for one in self._looked_at]),
            float(confusion.trace()) / rows,
            self._reliability.error(weights),
        )


def _f1(confusion: NDArray[Any], one: int) -> float:
    """Return F1 of a class; NaN where it neither occurs nor is said to."""
    both = float(confusion[one].sum() + confusion[:, one].sum())
    return 2 * float(confusion[one, one]) / both if both else _NAN


def _mean(values: list[float]) -> float:
    known = [value for value in values if value == value]  # noqa: PLR0124 - NaN is not itself
    return sum(known) / len(known) if known else _NAN


class _Ranking:
    """Rows from the likeliest to the least likely; equal ones are one step."""

    def __init__(self, score: Numbers, positive: NDArray[np.bool_]) -> None:
        self._order = np.argsort(-score, kind="stable")
        ranked = score[self._order]
        self._positive = positive[self._order].astype(np.float64)
        self._ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))

    def areas(self, weights: Numbers) -> tuple[float, float]:
        """Return the areas under the ROC curve and, as average precision, under the other one."""
        ranked = weights[self._order]
        hits = np.cumsum(ranked * self._positive)[self._ends]
        said = np.cumsum(ranked)[self._ends]
        positives, negatives = float(hits[-1]), float(said[-1] - hits[-1])
        if not positives or not negatives:
            return _NAN, _NAN
        gained = np.diff(hits, prepend=0)
        false = np.diff(said, prepend=0) - gained
        roc = float(false @ (hits - gained / 2)) / (positives * negatives)
        precision = hits / np.maximum(said, _NOTHING)
        return roc, float(gained @ precision) / positives


@dataclass(frozen=True)
class Reliability:
    """Probabilities beside what came true, in bins of equal width.

    The error is the expected calibration error: the distance of both means in each bin, weighted
    by its rows (Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using
    Bayesian Binning", AAAI 2015). Of two classes the probability is the second one's; of more it
    is that of the label (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
    """

    bins: NDArray[np.intp]
    predicted: Numbers
    came_true: Numbers

    def error(self, weights: Numbers) -> float:
        """Return the expected calibration error."""
        gaps = np.bincount(self.bins, weights * (self.predicted - self.came_true), BINS)
        return float(np.abs(gaps).sum() / weights.sum())


def reliability_of(target: NDArray[np.intp], answer: Numbers) -> Reliability:
    """Return what is said of each row, and whether it came true."""
    label = answer.argmax(axis=1) if answer.shape[1] > 2 else np.ones(len(answer), np.intp)  # noqa: PLR2004 - two classes
    said = answer[np.arange(len(answer)), label]
    bins = np.minimum((said * BINS).astype(np.intp), BINS - 1)
    return Reliability(bins, said, (target == label).astype(np.float64))
