"""Where a model is good and where it is not: the metrics of parts of the test rows.

A part is a category, a value where a column has few, or a quarter of the values of a number.
Dates are left out: rows that came later are another question than rows of one weekday.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image.metrics import BINS, measure, reliability_of, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from training_image.dataset import Split
    from training_image.objectives import Objective
    from training_image.schema import Column, Schema

    Numbers = NDArray[np.float64]
    Part = tuple[str, NDArray[np.bool_]]

LEAST_ROWS: Final = 10
"""Of a part that is told of."""

MOST_PARTS: Final = 12
"""Of a column: its most frequent categories."""

MOST_COLUMNS: Final = 30

QUARTERS: Final = (0.25, 0.5, 0.75)
_FEW_VALUES: Final = 6
_EDGES: Final = 24
"""Of residuals: bars of the histogram, less one."""

_TAIL: Final = 0.005
"""Share of residuals on either side that the outer bars take together."""

MISSING: Final = "(missing)"


def slices(
    test: Split,
    schema: Schema,
    objective: Objective,
    prediction: NDArray[np.float32],
    columns: Sequence[str],
) -> list[dict[str, Any]]:
    """Return the metrics of parts of the rows, by these columns."""
    known = {column.name: column for column in schema.features}
    return [
        {
            "column": name,
            "slice": part,
            "rows": int(chosen.sum()),
            "metrics": _metrics(objective, test.target[chosen], prediction[chosen]),
        }
        for name in columns[:MOST_COLUMNS]
        for part, chosen in _parts(test, schema, known[name])
        if chosen.sum() >= LEAST_ROWS
    ]


def _metrics(
    objective: Objective, target: Numbers, prediction: NDArray[Any]
) -> dict[str, float | None]:
    return {
        name: rounded(value) if math.isfinite(value) else None
        for name, value in measure(objective, target, prediction).items()
    }


def _parts(test: Split, schema: Schema, column: Column) -> Iterator[Part]:
    if column.kind == "categorical":
        index = [one.name for one in schema.categories].index(column.name)
        yield from _by_word(test.features.categorical[:, index])
    elif column.kind == "boolean":
        values = test.features.numeric[:, schema.places(column.name).start]
        yield from (("false", values == 0), ("true", values == 1), (MISSING, np.isnan(values)))
    elif column.width == 1:
        yield from _by_number(test.features.numeric[:, schema.places(column.name).start])


def _by_word(words: NDArray[np.object_]) -> Iterator[Part]:
    names, counts = np.unique(words.astype(str), return_counts=True)
    for place in np.argsort(-counts, kind="stable")[:MOST_PARTS].tolist():
        yield str(names[place]) or MISSING, words == names[place]


def _by_number(values: NDArray[np.float32]) -> Iterator[Part]:
    known = values[~np.isnan(values)]
    found = np.unique(known)
    if len(found) <= _FEW_VALUES:
        yield from ((f"{value:g}", values == value) for value in found.tolist())
    else:
        edges = np.unique(np.quantile(known, QUARTERS)).tolist()
        for low, high in zip([-math.inf, *edges], [*edges, math.inf], strict=True):
            yield _between(low, high), (values > low) & (values <= high)
    yield MISSING, np.isnan(values)


def _between(low: float, high: float) -> str:
    if math.isinf(low):
        return f"at most {high:.4g}"
    return f"above {low:.4g}" if math.isinf(high) else f"above {low:.4g}, at most {high:.4g}"


def calibration(target: Numbers, prediction: NDArray[Any]) -> list[dict[str, Any]]:
    """Return what was said beside what came true, in bins of equal width; empty ones are left out.

    Of two classes it is about the second one, of more about the label.
    """
    found = reliability_of(target.astype(np.intp), prediction.astype(np.float64))
    counts = np.bincount(found.bins, minlength=BINS)
    said, came = (
        np.bincount(found.bins, values, BINS) / np.maximum(counts, 1)
        for values in (found.predicted, found.came_true)
    )
    return [
        {
            "from": place / BINS,
            "to": (place + 1) / BINS,
            "rows": int(counts[place]),
            "predicted": rounded(said[place]),
            "observed": rounded(came[place]),
        }
        for place in np.flatnonzero(counts).tolist()
    ]


def residuals(target: Numbers, prediction: NDArray[Any]) -> dict[str, Any]:
    """Return a histogram of actual less predicted; its outer bars hold what is further out, too."""
    error = target - prediction
    low, high = np.quantile(error, (_TAIL, 1 - _TAIL)).tolist()
    edges: Numbers = np.linspace(low, high if high > low else low + 1, _EDGES, dtype=np.float64)
    counts, _ = np.histogram(np.clip(error, edges[0], edges[-1]), edges)
    return {"edges": [rounded(edge) for edge in edges.tolist()], "counts": counts.tolist()}
