"""What the model is worth: measured on the test rows, beside models that know next to nothing.

Everything here is predicted by the artifact itself, after it was proven equal to the booster.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image.errors import ArtifactError
from training_image.inputs import one_hot
from training_image.metrics import Estimate, estimate, interval_method, measure, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from training_image.dataset import Split
    from training_image.features import Features
    from training_image.schema import Schema

    Predict = Callable[[Features], NDArray[np.float32]]

MOST_EXAMPLES: Final = 20
TOLERANCE: Final = 1e-4
"""Largest difference between artifact and booster, as a share of the prediction (at least 1)."""

SHUFFLES: Final = 5
MOST_IMPORTANCE_ROWS: Final = 10_000
"""Importance is an average: more rows would cost time and change nothing."""


@dataclass(frozen=True)
class Parity:
    """How far artifact and booster are apart on the test rows."""

    rows: int
    largest_difference: float


def prove_parity(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> Parity:
    """Compare the artifact's predictions with the booster's, row by row.

    Raises:
        ArtifactError: a row differs by more than the tolerance, or is not finite.
    """
    difference = np.abs(ours.astype(np.float64) - theirs)
    allowed = TOLERANCE * np.maximum(1.0, np.abs(theirs))
    if not bool((difference <= allowed).all()):  # NaN is not less than anything
        raise ArtifactError(
            "the artifact does not predict what the booster predicts",
            found=f"a difference of {float(difference.max()):.6g} on the test rows",
            expected=f"at most {TOLERANCE:g} of the prediction",
            do="report this as a defect of the training image",
        )
    return Parity(len(ours), rounded(float(difference.max())))


def evaluate(splits: Mapping[str, Split], schema: Schema, predict: Predict) -> dict[str, Any]:
    """Return the document `evaluation.json`, less what parity found."""
    train, test = splits["train"], splits["test"]
    prediction = predict(test.features)
    baselines = _baselines(train, test, schema)
    estimates = {
        name: {metric: _estimate_json(value) for metric, value in metrics.items()}
        for name, metrics in estimate(
            test.target, {"": prediction.astype(np.float64), **baselines}
        ).items()
    }
    return {
        "format": 1,
        "target": schema.target,
        "rows": {name: split.features.rows for name, split in splits.items()},
        "metrics": estimates[""],
        "baselines": {name: estimates[name] for name in baselines},
        "interval": interval_method(),
        "importance": _importance(test, schema, predict),
        "examples": _examples(test, schema, prediction),
    }


def render_predictions(target: NDArray[np.float64], prediction: NDArray[np.float32]) -> bytes:
    """Return `predictions.csv`: what each test row is and what the model says."""
    texts = prediction.astype(str)  # the shortest ones that give the same 32-bit numbers back
    lines = (f"{one:.15g},{other}\n" for one, other in zip(target, texts, strict=True))
    return ("target,prediction\n" + "".join(lines)).encode()


def _estimate_json(value: Estimate) -> dict[str, float | None]:
    """JSON knows no NaN: an interval that no draw could make is null."""
    return {
        name: number if math.isfinite(number) else None for name, number in value.to_json().items()
    }


def _baselines(train: Split, test: Split, schema: Schema) -> dict[str, NDArray[np.float64]]:
    """Return what the mean and a linear model, both of the training rows, say of the test rows."""
    mean = np.full(test.features.rows, train.target.mean())
    weights, fill = _fit_line(_matrix(train.features, schema), train.target)
    line = _design(_matrix(test.features, schema), fill) @ weights
    return {"mean": mean, "linear": line}


def _matrix(features: Features, schema: Schema) -> NDArray[np.float32]:
    return np.concatenate([features.numeric, one_hot(features, schema)], axis=1)


def _fit_line(
    matrix: NDArray[np.float32], target: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least-squares weights, and what stands in for a missing value: the mean."""
    known = np.isfinite(matrix)
    counts = np.maximum(known.sum(axis=0), 1)
    sums = np.where(known, matrix, 0).sum(axis=0, dtype=np.float64)
    fill: NDArray[np.float64] = (sums / counts).astype(np.float64)
    # one category follows from the others: lstsq takes the smallest of the equal solutions
    weights: NDArray[Any] = np.linalg.lstsq(_design(matrix, fill), target, rcond=None)[0]
    return weights, fill


def _design(matrix: NDArray[np.float32], fill: NDArray[np.float64]) -> NDArray[np.float64]:
    filled = np.where(np.isfinite(matrix), matrix, fill)
    return np.column_stack([filled, np.ones(len(filled))])


def _importance(test: Split, schema: Schema, predict: Predict) -> list[dict[str, Any]]:
    """Return how much the RMSE grows when a column's values are dealt out anew, largest first."""
    generator = np.random.default_rng(0)
    rows = generator.permutation(test.features.rows)[:MOST_IMPORTANCE_ROWS]
    features, target = test.features.take(rows), test.target[rows]
    floor = measure(target, predict(features))["rmse"]
    orders = [generator.permutation(len(rows)) for _ in range(SHUFFLES)]
    increases = {
        column.name: float(
            np.mean(
                [
                    measure(target, predict(features.shuffle(column.name, schema, order)))["rmse"]
                    for order in orders
                ]
            )
            - floor
        )
        for column in schema.features
    }
    ranked = sorted(increases.items(), key=lambda item: (-item[1], item[0]))
    return [{"feature": name, "increase": rounded(increase)} for name, increase in ranked]


def _examples(test: Split, schema: Schema, prediction: NDArray[np.float32]) -> list[dict[str, Any]]:
    """Return the first test rows as a client would send them, with what the answer should be."""
    skipped = [column.name for column in schema.columns].index(schema.target)
    return [
        {
            "row": _csv_line([*text[:skipped], *text[skipped + 1 :]]),
            "target": int(target) if target.is_integer() else float(target),
            "prediction": float(str(predicted)),
        }
        for text, target, predicted in zip(
            test.texts[:MOST_EXAMPLES], test.target, prediction, strict=False
        )
    ]


def _csv_line(fields: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(fields)
    return buffer.getvalue()
