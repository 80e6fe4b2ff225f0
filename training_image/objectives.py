"""What a model is trained for: the targets it takes, and how trees and nets learn it.

An objective has a link: margins, which trees and nets add up, become predictions through it.
Pure; NumPy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

ObjectiveName = Literal["squared_error", "absolute_error", "poisson", "binary", "multiclass"]
Link = Literal["identity", "exp", "sigmoid", "softmax"]

NUMBERS: Final = ("numeric", "integer")
LABELS: Final = ("categorical", "boolean")


@dataclass(frozen=True)
class Objective:
    """One way to learn."""

    name: ObjectiveName
    link: Link
    booster: str
    """XGBoost's name of it."""

    metric: str
    """XGBoost's name of the metric that stops early."""

    @property
    def classifies(self) -> bool:
        """Whether predictions are probabilities of classes."""
        return self.link in ("sigmoid", "softmax")

    def predictions(self, margins: Floats) -> Floats:
        """Turn margins, shape (rows, margins), into predictions, shape (rows,).

        Those of classes are probabilities, shape (rows, classes).
        """
        if self.link == "softmax":
            return softmax(margins)
        flat = margins[:, 0]
        if self.link == "sigmoid":
            positive = sigmoid(flat)
            return np.stack([1 - positive, positive], axis=1)
        return np.exp(flat) if self.link == "exp" else flat

    def slope(self, margins: Floats, target: Floats) -> Floats:
        """Return the slope of the loss by each margin; both of shape (..., rows, margins).

        The target of classes is one for the class of the row and zero elsewhere.
        """
        if self.name == "absolute_error":
            return np.tanh((margins - target) * _SHARPNESS)
        if self.link == "identity":
            return 2 * (margins - target)
        return _MEANS[self.link](margins) - target

    def losses(self, predictions: Floats, target: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the loss of each row: what the objective makes small, on average."""
        answer = predictions.astype(np.float64)
        if self.classifies:
            answer = answer[np.arange(len(answer)), target.astype(np.intp)]
            return -np.log(np.maximum(answer, _LEAST_CHANCE))
        if self.link == "exp":
            return answer - target * np.log(np.maximum(answer, _LEAST_CHANCE))
        error = answer - target
        return np.abs(error) if self.name == "absolute_error" else error**2


def fitting(kind: str, classes: int) -> tuple[ObjectiveName, ...]:
    """Return the objectives that a target can have, by its kind and how many classes it has."""
    if kind in NUMBERS:
        return ("squared_error", "absolute_error", "poisson")
    return ("binary", "multiclass") if classes == 2 else ("multiclass",)  # noqa: PLR2004 - two classes


_LEAST_CHANCE: Final = 1e-15
"""Where logarithms of probabilities end."""

_SHARPNESS: Final = np.float32(20)
"""How steeply the slope of the absolute error turns at zero; targets have deviation 1."""


def sigmoid(margins: Floats) -> Floats:
    """Return probabilities of margins, without overflow."""
    return (0.5 * (1 + np.tanh(0.5 * margins))).astype(np.float32)


def softmax(margins: Floats) -> Floats:
    """Return probabilities along the last axis, without overflow."""
    shifted = np.exp(margins - margins.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


_MEANS: Final = {"exp": np.exp, "sigmoid": sigmoid, "softmax": softmax}

OBJECTIVES: Final[Mapping[str, Objective]] = {
    one.name: one
    for one in (
        Objective("squared_error", "identity", "reg:squarederror", "rmse"),
        Objective("absolute_error", "identity", "reg:absoluteerror", "mae"),
        Objective("poisson", "exp", "count:poisson", "poisson-nloglik"),
        Objective("binary", "sigmoid", "binary:logistic", "logloss"),
        Objective("multiclass", "softmax", "multi:softprob", "mlogloss"),
    )
}
