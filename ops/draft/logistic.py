"""A linear model of labels, to measure what it reaches. Pure; NumPy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

STEPS: Final = 200
_RIDGE: Final = 1e-6
_STILL: Final = 1e-5
_LEAST: Final = 1e-9


def fit(design: Matrix, wanted: Matrix) -> Matrix:
    """Return the weights of each class.

    Each step solves a bound on the loss that is the same for all steps (Böhning and Lindsay, 1988),
    from a point ahead of the last ones (Nesterov): no step length is to be chosen. The training
    image's baseline is learnt in the same way.

    Args:
        design: The columns, standardised; the last one is the constant.
        wanted: One for the class of each row, zero elsewhere.
    """
    curve = 0.5 * design.T @ design + _RIDGE * len(design) * np.eye(design.shape[1])
    weights = np.zeros((design.shape[1], wanted.shape[1]))
    weights[-1] = np.log(np.maximum(wanted.mean(axis=0), _LEAST))
    ahead = weights
    for step in range(STEPS):
        slope = design.T @ (chances(design @ ahead) - wanted)
        before, weights = weights, ahead - np.linalg.solve(curve, slope).astype(np.float64)
        ahead = weights + step / (step + 3) * (weights - before)
        if float(np.abs(weights - before).max()) < _STILL:
            break
    return weights


def chances(margins: Matrix) -> Matrix:
    """Return probabilities of margins, without overflow."""
    shifted: NDArray[Any] = np.exp(margins - margins.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
