"""What the model is worth: measured on the test rows, beside models that know next to nothing.

Everything here is predicted by the artifact itself, after it was proven equal to what was learnt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image.ahead import at_once
from training_image.baselines import AT_ONCE, fit_baselines
from training_image.bootstrap import estimate, interval_method
from training_image.errors import ArtifactError
from training_image.examples import examples
from training_image.features import Features
from training_image.metrics import DIRECTIONS, main_metric, metrics_of, rounded
from training_image.slices import calibration, residuals, slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from training_image.dataset import Split
    from training_image.objectives import Objective
    from training_image.preparation import Preparation
    from training_image.schema import Schema

    Predict = Callable[[Features], NDArray[np.float32]]

FORMAT: Final = 2
TOLERANCE: Final = 1e-4
"""Largest difference between artifact and what was learnt, as a share of the prediction (at
least 1)."""

SHUFFLES: Final = 5
MOST_IMPORTANCE_ROWS: Final = 10_000
"""Importance is an average: more rows would cost time and change nothing."""


@dataclass(frozen=True)
class Parity:
    """How far artifact and booster are apart on the test rows."""

    rows: int
    largest_difference: float


def prove_parity(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> Parity:
    """Compare the artifact's predictions with those of what was learnt, row by row.

    Raises:
        ArtifactError: a row differs by more than the tolerance, or is not finite.
    """
    difference = np.abs(ours.astype(np.float64) - theirs)
    spread = float(theirs.std(dtype=np.float64)) if theirs.ndim == 1 else 1.0
    allowed = TOLERANCE * np.maximum(max(1.0, spread), np.abs(theirs))
    if not bool((difference <= allowed).all()):  # NaN is not less than anything
        raise ArtifactError(
            "the artifact does not predict what was learnt",
            found=f"a difference of {float(difference.max()):.6g} on the test rows",
            expected=f"at most {TOLERANCE:g} of the prediction, or of what predictions vary",
            do="report this as a defect of the training image",
        )
    return Parity(len(ours), rounded(float(difference.max())))


def prove_all(pairs: Iterable[tuple[NDArray[np.float32], NDArray[np.float32]]]) -> Parity:
    """Compare rows in parts, as `prove_parity` compares a part."""
    found = [prove_parity(ours, theirs) for ours, theirs in pairs]
    return Parity(sum(one.rows for one in found), max(one.largest_difference for one in found))


def in_parts(predict: Predict) -> Predict:
    """Return what predicts many rows in parts: nets take a kilobyte a row."""

    def whole(features: Features) -> NDArray[np.float32]:
        parts = (
            Features(
                features.numeric[first : first + AT_ONCE],
                features.categorical[first : first + AT_ONCE],
            )
            for first in range(0, features.rows, AT_ONCE)
        )
        return np.concatenate(at_once(predict, parts))

    return whole


def evaluate(
    splits: Mapping[str, Split],
    preparation: Preparation,
    objective: Objective,
    predict: Predict,
    prediction: NDArray[np.float32],
) -> dict[str, Any]:
    """Return the document `evaluation.json`, less how many rows there were and what came before.

    The `prediction` is what the artifact says of the test rows.
    """
    test, schema = splits["test"], preparation.raw
    baselines = _baselines(splits["train"], test, preparation, objective)
    estimates = {
        name: {metric: value.to_json() for metric, value in metrics.items()}
        for name, metrics in estimate(objective, test.target, {"": prediction, **baselines}).items()
    }
    importance = _importance(test, schema, objective, predict)
    ranked = [one["feature"] for one in importance]
    return {
        "format": FORMAT,
        "objective": objective.name,
        "target": schema.target,
        **({"classes": list(schema.classes)} if objective.classifies else {}),
        "metrics": estimates[""],
        "directions": {name: DIRECTIONS[name] for name in metrics_of(objective)},
        "baselines": {name: estimates[name] for name in baselines},
        "interval": interval_method(),
        "importance_of": main_metric(objective),
        "importance": importance,
        "slices": slices(test, schema, objective, prediction, ranked),
        **_agreement(objective, test, prediction),
        "examples": examples(test, schema, objective, prediction),
    }


def _baselines(
    train: Split, test: Split, preparation: Preparation, objective: Objective
) -> Mapping[str, NDArray[np.float64]]:
    """Return what both say of the test rows: they know the columns that the model knows."""
    fitted = fit_baselines(preparation.split(train), preparation.schema, objective)
    return fitted.predict(preparation.features(test.features))


def _agreement(
    objective: Objective, test: Split, prediction: NDArray[np.float32]
) -> dict[str, Any]:
    if objective.classifies:
        return {"calibration": calibration(test.target, prediction)}
    return {"residuals": residuals(test.target, prediction)}


def _importance(
    test: Split, schema: Schema, objective: Objective, predict: Predict
) -> list[dict[str, Any]]:
    """Return how much the error grows when a column's values are dealt out anew, largest first."""
    generator = np.random.default_rng(0)
    rows = generator.permutation(test.features.rows)[:MOST_IMPORTANCE_ROWS]
    features, target = test.features.take(rows), test.target[rows]
    floor = _error(objective, target, predict(features))
    orders = [generator.permutation(len(rows)) for _ in range(SHUFFLES)]

    def increase(column: str) -> float:
        shuffled = (predict(features.shuffle(column, schema, order)) for order in orders)
        return float(np.mean([_error(objective, target, one) for one in shuffled])) - floor

    increases = {column.name: increase(column.name) for column in schema.features}
    ranked = sorted(increases.items(), key=lambda item: (-item[1], item[0]))
    return [{"feature": name, "increase": rounded(increase)} for name, increase in ranked]


def _error(objective: Objective, target: NDArray[np.float64], answer: NDArray[Any]) -> float:
    """Return what `main_metric` names, up to what the target alone decides."""
    loss = float(objective.losses(answer, target).mean())
    if main_metric(objective) == "poisson_deviance":
        return 2 * loss
    return loss**0.5 if main_metric(objective) == "rmse" else loss
