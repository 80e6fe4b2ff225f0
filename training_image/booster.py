"""Growing trees with XGBoost: on the training rows, stopped when the validation rows say so."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from training_image.objectives import Objective

    Floats = NDArray[np.float32]

xgboost: Any = import_module("xgboost")  # Any: the image's environment alone has it

ROWS_A_THREAD: Final = 20_000
"""A second thread brings nothing below some 30,000 rows, and 45 % at 100,000 (measured)."""

PREDICTED_AT_ONCE: Final = 65_536
"""Rows, which bounds the memory of predictions."""


@dataclass(frozen=True)
class Rows:
    """A matrix with what is to be learnt of it."""

    matrix: Floats
    target: Floats
    """Shape (rows,): numbers, or the places of classes."""

    weight: Floats
    """Shape (rows,), with the mean 1."""


@dataclass(frozen=True)
class Growth:
    """How trees are to grow."""

    objective: Objective
    classes: int
    """None if the target is a number."""

    settings: Mapping[str, Any]
    """XGBoost's parameters."""

    rounds: int
    """The most."""

    patience: int = 0
    """Rounds without a better one after which it ends."""

    directions: tuple[int, ...] = ()
    """Of the matrix's first columns: 1 if the margin may only rise with it, -1 if only fall."""

    def parameters(self, threads: int) -> dict[str, Any]:
        """Return all that XGBoost is told."""
        return {
            **self.settings,
            "objective": self.objective.booster,
            "eval_metric": self.objective.metric,
            "tree_method": "hist",
            "nthread": threads,
            **(
                {"monotone_constraints": f"({','.join(map(str, self.directions))})"}
                if any(self.directions)
                else {}
            ),
            **({"num_class": self.classes} if self.objective.link == "softmax" else {}),
        }


@dataclass(frozen=True)
class Grown:
    """Trees, and how well they did on the validation rows."""

    booster: Any
    growth: Growth
    rounds: int
    loss: float
    """By the metric that stops early: less is better."""


def grow(train: Rows, validation: Rows, growth: Growth) -> Grown:
    """Return trees with the rounds that did best on the validation rows."""
    threads = usable_threads(len(train.matrix))
    booster = xgboost.train(
        growth.parameters(threads),
        _matrix(train, threads),
        growth.rounds,
        evals=[(_matrix(validation, threads), "validation")],
        early_stopping_rounds=growth.patience,
        verbose_eval=False,
    )
    kept = int(booster.best_iteration) + 1
    return Grown(booster[:kept], growth, kept, float(booster.best_score))


def grow_all(rows: Rows, growth: Growth) -> Any:  # noqa: ANN401 - XGBoost's booster is untyped
    """Return trees with all the rounds."""
    threads = usable_threads(len(rows.matrix))
    chosen = growth.parameters(threads)
    return xgboost.train(chosen, _matrix(rows, threads), growth.rounds, verbose_eval=False)


def margins(booster: Any, matrix: Floats) -> Floats:  # noqa: ANN401 - as above
    """Return the booster's own margins, shape (rows, margins)."""
    parts = [
        booster.predict(
            xgboost.DMatrix(matrix[first : first + PREDICTED_AT_ONCE], nthread=1),
            output_margin=True,
        )
        for first in range(0, len(matrix), PREDICTED_AT_ONCE)
    ]
    together = np.concatenate(parts)
    return together if together.ndim > 1 else together[:, None]


def usable_threads(rows: int) -> int:
    """Return how many threads this process should use: those it may have, if rows are many."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(allowed or 1, rows // ROWS_A_THREAD))


def _matrix(rows: Rows, threads: int) -> Any:  # noqa: ANN401 - as above
    return xgboost.DMatrix(rows.matrix, rows.target, weight=rows.weight, nthread=threads)
