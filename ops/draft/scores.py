"""How good predictions are, by the metrics that a draft may choose among. Pure; NumPy alone.

The training image means the same by each name (`training_image/metrics.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

_LEAST_CHANCE: Final = 1e-15
_TWO: Final = 2


def of_numbers(wanted: Matrix, predicted: Matrix) -> dict[str, float]:
    """Return the errors of numbers."""
    difference = wanted - predicted
    return {
        "rmse": float(np.sqrt((difference**2).mean())),
        "mae": float(np.abs(difference).mean()),
    }


def of_labels(wanted: Matrix, chances: Matrix) -> dict[str, float]:
    """Return how good probabilities are, shape (rows, classes), of classes by their places."""
    places = wanted.astype(np.intp)
    said = chances[np.arange(len(places)), places]
    classes = chances.shape[1]
    looked_at = [1] if classes == _TWO else np.unique(places).tolist()
    return {
        "log_loss": float(-np.log(np.maximum(said, _LEAST_CHANCE)).mean()),
        "pr_auc": float(np.mean([_precision(chances[:, one], places == one) for one in looked_at])),
    }


def _precision(score: Matrix, positive: NDArray[np.bool_]) -> float:
    """Return the average precision; rows of the same score are one step."""
    if not positive.any():
        return 0.0
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    hits = np.cumsum(positive[order])[ends]
    return float((np.diff(hits, prepend=0) * hits / (ends + 1)).sum() / hits[-1])
