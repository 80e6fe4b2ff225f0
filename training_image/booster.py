"""Growing trees with XGBoost: on the training rows, stopped when the validation rows say so."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from training_image.checkpoints import PARTS, Progress
from training_image.machine import processors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from training_image.checkpoints import Checkpoints
    from training_image.objectives import Objective

    Floats = NDArray[np.float32]

xgboost: Any = import_module("xgboost")  # Any: the image's environment alone has it

ROWS_A_THREAD: Final = 20_000
"""A second thread brings nothing below some 30,000 rows, and 45 % at 100,000 (measured)."""

PREDICTED_AT_ONCE: Final = 65_536
"""Rows, which bounds the memory of predictions."""


class Learnable(Protocol):
    """Rows that trees can learn from, wherever they lie."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        ...

    @property
    def cells(self) -> int:
        """Rows times columns."""
        ...

    def matrix_for(self, growth: Growth, threads: int, like: Any = None) -> Any:  # noqa: ANN401 - XGBoost is untyped
        """Return XGBoost's matrix; it may be cut at the values of another one."""
        ...


@dataclass(frozen=True)
class Rows:
    """A matrix with what is to be learnt of it."""

    matrix: Floats
    target: Floats
    """Shape (rows,): numbers, or the places of classes."""

    weight: Floats
    """Shape (rows,), with the mean 1."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.matrix)

    @property
    def cells(self) -> int:
        """Rows times columns."""
        return self.matrix.size

    def matrix_for(self, growth: Growth, threads: int, like: Any = None) -> Any:  # noqa: ANN401, ARG002 - as above
        """Return XGBoost's matrix."""
        return xgboost.DMatrix(self.matrix, self.target, weight=self.weight, nthread=threads)


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


def grow(train: Learnable, validation: Learnable, growth: Growth) -> Grown:
    """Return trees with the rounds that did best on the validation rows."""
    threads = usable_threads(train.rows)
    matrix = train.matrix_for(growth, threads)
    booster = xgboost.train(
        growth.parameters(threads),
        matrix,
        growth.rounds,
        evals=[(validation.matrix_for(growth, threads, matrix), "validation")],
        early_stopping_rounds=growth.patience,
        verbose_eval=False,
    )
    kept = int(booster.best_iteration) + 1
    return Grown(booster[:kept], growth, kept, float(booster.best_score))


def grow_kept(
    train: Learnable, validation: Learnable, growth: Growth, trial: int, kept: Checkpoints
) -> Grown:
    """Return the same, in parts that go on from what was kept, interrupted or not."""
    progress = kept.read(trial)
    while not progress.done:
        progress = _go_on(train, validation, growth, progress)
        kept.write(trial, progress)
    booster = xgboost.Booster(model_file=bytearray(progress.booster))
    best = int(np.argmin(progress.losses))
    return Grown(booster[: best + 1], growth, best + 1, progress.losses[best])


def _go_on(train: Learnable, validation: Learnable, growth: Growth, progress: Progress) -> Progress:
    threads = usable_threads(train.rows)
    matrix = train.matrix_for(growth, threads)
    part = max(1, growth.rounds // PARTS)
    watch = _Watch(growth.patience, [*progress.losses])
    booster = xgboost.train(
        growth.parameters(threads),
        matrix,
        min(part, growth.rounds - len(progress.losses)),
        evals=[(validation.matrix_for(growth, threads, matrix), "validation")],
        callbacks=[watch],
        xgb_model=bytearray(progress.booster) if progress.booster else None,
        verbose_eval=False,
    )
    done = watch.over or len(watch.losses) >= growth.rounds
    return Progress(bytes(booster.save_raw("ubj")), watch.losses, done)


class _Watch(xgboost.callback.TrainingCallback):
    """Stops early as XGBoost does, by losses from before an interruption as well."""

    def __init__(self, patience: int, losses: list[float]) -> None:
        xgboost.callback.TrainingCallback.__init__(self)
        self.patience = patience
        self.losses = losses

    @property
    def over(self) -> bool:
        """Whether the best round is so long ago that no better one is expected."""
        return len(self.losses) - 1 - int(np.argmin(self.losses)) >= self.patience

    def after_iteration(self, _model: object, _epoch: int, evals_log: Any) -> bool:  # noqa: ANN401 - as above
        """Look at the loss of a round; tell whether to stop."""
        (losses,) = evals_log["validation"].values()
        self.losses.append(float(losses[-1]))
        return self.over


def grow_all(rows: Rows, growth: Growth) -> Any:  # noqa: ANN401 - XGBoost's booster is untyped
    """Return trees with all the rounds."""
    threads = usable_threads(rows.rows)
    chosen = growth.parameters(threads)
    matrix = rows.matrix_for(growth, threads)
    return xgboost.train(chosen, matrix, growth.rounds, verbose_eval=False)


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
    return max(1, min(processors(), rows // ROWS_A_THREAD))
