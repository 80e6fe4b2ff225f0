"""Models that know next to nothing, of the training rows: a constant, and a linear one.

What a model is worth is what it knows beyond them. They are measured, never deployed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image.inputs import moments, one_hot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from training_image.dataset import Split
    from training_image.features import Features
    from training_image.objectives import Objective
    from training_image.schema import Schema

    Numbers = NDArray[np.float64]

MOST_ROWS: Final = 50_000
"""That a linear model learns from: its few weights are sure enough by then."""

AT_ONCE: Final = 65_536
"""Rows that are predicted, which bounds memory."""

STEPS: Final = 200
"""Of a logistic model, at most."""

_RIDGE: Final = 1e-6
"""Of the rows: keeps columns that follow from others apart, and changes nothing else."""

_STILL: Final = 1e-5
_STEEPEST: Final = 30.0
_LEAST_MEAN: Final = 1e-9


@dataclass(frozen=True)
class Baselines:
    """What both say."""

    objective: Objective
    schema: Schema
    constant: Numbers
    """A number, or the share of each class."""

    linear: _Linear

    def predict(self, features: Features) -> Mapping[str, Numbers]:
        """Return the predictions of both, in the shape of the model's."""
        same = np.broadcast_to(self.constant, (features.rows, len(self.constant)))
        line = np.concatenate(
            [
                self.linear.predict(_matrix(features, self.schema, slice(first, first + AT_ONCE)))
                for first in range(0, features.rows, AT_ONCE)
            ]
        )
        if self.objective.classifies:
            return {"constant": same, "linear": line}
        return {"constant": same[:, 0], "linear": line[:, 0]}


@dataclass(frozen=True)
class _Linear:
    """Standardised columns times weights, through the objective's link."""

    mean: Numbers
    deviation: Numbers
    weights: Numbers
    """Shape (columns + 1, outputs); the last row is the constant."""

    link: str

    def predict(self, matrix: NDArray[np.float32]) -> Numbers:
        answer = self.design(matrix) @ self.weights
        if self.link == "exp":
            return np.exp(np.clip(answer, -_STEEPEST, _STEEPEST))
        return _shares(answer) if self.link in ("sigmoid", "softmax") else answer

    def design(self, matrix: NDArray[np.float32]) -> Numbers:
        scaled = (matrix - self.mean) / self.deviation
        return np.column_stack([np.where(np.isfinite(scaled), scaled, 0), np.ones(len(scaled))])


def fit_baselines(train: Split, schema: Schema, objective: Objective) -> Baselines:
    """Learn both; of many rows the linear one sees some."""
    rows = _some_rows(train.features.rows)
    matrix = _matrix(train.features, schema, rows)
    mean, deviation = moments(matrix)
    empty = _Linear(mean, deviation, np.zeros((matrix.shape[1] + 1, 1)), objective.link)
    weights = _weights(empty.design(matrix), train.target[rows], objective, len(schema.classes))
    linear = _Linear(mean, deviation, weights, objective.link)
    return Baselines(objective, schema, _constant(train.target, objective, schema), linear)


def _constant(target: Numbers, objective: Objective, schema: Schema) -> Numbers:
    if objective.classifies:
        counts = np.bincount(target.astype(np.intp), minlength=len(schema.classes))
        return counts / counts.sum()
    middle = np.median if objective.name == "absolute_error" else np.mean
    return np.array([float(middle(target))])


def _some_rows(rows: int) -> NDArray[np.intp]:
    if rows <= MOST_ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False))


def _matrix(features: Features, schema: Schema, rows: Any) -> NDArray[np.float32]:  # noqa: ANN401 - a slice or places
    chosen = type(features)(features.numeric[rows], features.categorical[rows])
    return np.concatenate([chosen.numeric, one_hot(chosen, schema)], axis=1)


def _weights(design: Numbers, target: Numbers, objective: Objective, classes: int) -> Numbers:
    if objective.classifies:
        return _logistic(design, np.eye(classes)[target.astype(np.intp)])
    if objective.link == "exp":
        return _counts(design, target)
    return _solve(design.T @ design, design.T @ target[:, None], len(design))


def _solve(squares: Numbers, products: Numbers, rows: float) -> Numbers:
    found = np.linalg.solve(squares + _RIDGE * rows * np.eye(len(squares)), products)
    return found.astype(np.float64)


def _logistic(design: Numbers, wanted: Numbers) -> Numbers:
    """Return the weights of each class.

    Each step solves a bound on the loss that is the same for all steps (Böhning and Lindsay,
    "Monotonicity of quadratic-approximation algorithms", 1988), from a point ahead of the last
    ones (Nesterov): no step length is to be chosen, and no matrix of all classes to be made.
    """
    rows = len(design)
    shares = np.maximum(wanted.mean(axis=0), _LEAST_MEAN)
    squares = 0.5 * design.T @ design
    weights = np.zeros((design.shape[1], wanted.shape[1]))
    weights[-1] = np.log(shares)
    ahead = weights
    for step in range(STEPS):
        slope = design.T @ (_shares(design @ ahead) - wanted)
        before, weights = weights, ahead - _solve(squares, slope, rows)
        ahead = weights + step / (step + 3) * (weights - before)
        if float(np.abs(weights - before).max()) < _STILL:
            break
    return weights


def _shares(margins: Numbers) -> Numbers:
    shifted: Numbers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _counts(design: Numbers, target: Numbers) -> Numbers:
    """Return the weights of a Poisson regression, by Newton's method."""
    weights = np.zeros((design.shape[1], 1))
    weights[-1] = np.log(max(float(target.mean()), _LEAST_MEAN))
    for _ in range(STEPS):
        mean = np.exp(np.clip(design @ weights, -_STEEPEST, _STEEPEST))
        slope = design.T @ (mean - target[:, None])
        step = _solve(design.T @ (design * mean), slope, float(mean.sum()))
        weights = weights - np.clip(step, -1, 1)
        if float(np.abs(step).max()) < _STILL:
            break
    return weights
