"""Growing the trees: XGBoost on the training rows, stopped when the validation rows say so."""

from __future__ import annotations

import logging
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from training_image.features import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from training_image.dataset import Split
    from training_image.features import Features
    from training_image.hyperparameters import Hyperparameters
    from training_image.schema import Schema

xgboost: Any = import_module("xgboost")  # Any: the image's environment alone has it
logger = logging.getLogger(__name__)

_OBJECTIVES: Final = {
    "squared_error": ("reg:squarederror", "rmse"),
    "absolute_error": ("reg:absoluteerror", "mae"),
}

ROWS_A_THREAD: Final = 20_000
"""A second thread brings nothing below some 30,000 rows, and 45 % at 100,000 (measured)."""


def fit(train: Split, validation: Split, schema: Schema, chosen: Hyperparameters) -> Any:  # noqa: ANN401 - XGBoost's booster is untyped
    """Return the booster with the rounds that did best on the validation rows."""
    threads = usable_threads(train.features.rows)
    booster = xgboost.train(
        _parameters(chosen, threads),
        _matrix(train, schema, threads),
        chosen.rounds,
        evals=[(_matrix(validation, schema, threads), validation.name)],
        early_stopping_rounds=chosen.early_stopping_rounds,
        verbose_eval=False,
    )
    kept = booster.best_iteration + 1
    logger.info("rounds kept=%d grown=%d threads=%d", kept, booster.num_boosted_rounds(), threads)
    return booster[:kept]


def predict(booster: Any, features: Features, schema: Schema) -> NDArray[np.float32]:  # noqa: ANN401 - as above
    """Return the booster's own predictions: what the artifact has to agree with."""
    return booster.predict(xgboost.DMatrix(encode(features, schema), nthread=1))


def usable_threads(rows: int) -> int:
    """Return how many threads this process should use: those it may have, if rows are many."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(allowed or 1, rows // ROWS_A_THREAD))


def _matrix(split: Split, schema: Schema, threads: int) -> Any:  # noqa: ANN401 - as above
    return xgboost.DMatrix(encode(split.features, schema), split.target, nthread=threads)


def _parameters(chosen: Hyperparameters, threads: int) -> Mapping[str, object]:
    objective, metric = _OBJECTIVES[chosen.objective]
    names = (
        "learning_rate",
        "max_depth",
        "min_child_weight",
        "subsample",
        "colsample_bytree",
        "reg_lambda",
        "reg_alpha",
        "gamma",
        "max_bin",
        "seed",
    )
    return {
        **{name: getattr(chosen, name) for name in names},
        "objective": objective,
        "eval_metric": metric,
        "tree_method": "hist",
        "nthread": threads,
    }
