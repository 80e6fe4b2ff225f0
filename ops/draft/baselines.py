"""What knows next to nothing gets right: a constant of the training rows, and a linear model."""
# ruff: noqa: S608 - expressions are made of checked names and literals

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from models.columns import NUMBERS
from models.objectives import fitting
from ops.draft import logistic, scores
from ops.draft.features import numbers, places
from ops.draft.profile import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.columns import Column
    from ops.draft.decision import Decision
    from ops.draft.profile import Profile
    from ops.draft.rows import Rows

    Matrix = NDArray[np.float64]

MOST_ROWS: Final = 100_000
"""Of each split; more would change the third digit and take minutes."""

_MOST_NUMBERS: Final = 10_000_000
_FEWEST_ROWS: Final = 1000


@dataclass(frozen=True)
class Baselines:
    """What both reach, on splits of this file."""

    objective: str
    """Of the target: what a model file has without a word."""

    constant: Mapping[str, float]
    """Its metrics: it says the mean of the training rows, or the share of each class."""

    linear: Mapping[str, float]
    """Of least squares, or of logistic regression."""

    measured_on: Mapping[str, int]
    """Rows of train and test that were taken; fewer than there are if there are many."""


def measure(
    rows: Rows, profiles: Sequence[Profile], decisions: Sequence[Decision], target: Column
) -> Baselines:
    """Measure both on the table `dealt`."""
    columns = [
        expression
        for one, decision in zip(profiles, decisions, strict=True)
        if decision.column.kept and decision.column.name != target.name
        for expression in numbers(decision.column, one)
    ]
    is_number = target.kind in NUMBERS
    wanted = f"({number(target.name)})::double" if is_number else places(target)
    classes = 0 if is_number else len(target.values) or 2
    most = max(_FEWEST_ROWS, _MOST_NUMBERS // ((len(columns) + 1) * max(1, classes)))
    most = min(MOST_ROWS, most)
    train, test = (_fetch(rows, [wanted, *columns], split, most) for split in ("train", "test"))
    found = _of_classes(train, test, classes) if classes else _of_numbers(train, test)
    return Baselines(
        fitting(target)[0], *found, measured_on={"train": len(train), "test": len(test)}
    )


def _fetch(rows: Rows, expressions: Sequence[str], split: str, most: int) -> Matrix:
    listed = ", ".join(f"{one} as x{place}" for place, one in enumerate(expressions))
    query = f"select {listed} from dealt where split = '{split}' order by lot limit {most}"
    found = cast("dict[str, Any]", rows.database.execute(query).fetchnumpy())  # pyright: ignore[reportUnknownMemberType]  # DuckDB's stubs leave the arrays untyped
    return np.column_stack([np.ma.filled(found[name].astype(np.float64), np.nan) for name in found])


def _of_numbers(train: Matrix, test: Matrix) -> tuple[Mapping[str, float], Mapping[str, float]]:
    known, wanted = train[:, 0], test[:, 0]
    design, asked = _designs(train[:, 1:], test[:, 1:])
    weights: NDArray[Any] = np.linalg.lstsq(design, known, rcond=None)[0]
    constant = np.full(len(wanted), known.mean())
    return scores.of_numbers(wanted, constant), scores.of_numbers(wanted, asked @ weights)


def _of_classes(
    train: Matrix, test: Matrix, classes: int
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    known, wanted = np.eye(classes)[train[:, 0].astype(np.intp)], test[:, 0]
    design, asked = _designs(train[:, 1:], test[:, 1:])
    line = logistic.chances(asked @ logistic.fit(design, known))
    constant = np.broadcast_to(known.mean(axis=0), line.shape)
    return scores.of_labels(wanted, constant), scores.of_labels(wanted, line)


def _designs(features: Matrix, asked: Matrix) -> tuple[Matrix, Matrix]:
    """Standardise the columns of both by the first, fill gaps with the mean, add a constant."""
    known = np.isfinite(features)
    counts = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, features, 0).sum(axis=0) / counts
    spread = np.sqrt((np.where(known, features - centre, 0) ** 2).sum(axis=0) / counts)
    spread[spread == 0] = 1

    def design(matrix: Matrix) -> Matrix:
        filled = np.where(np.isfinite(matrix), (matrix - centre) / spread, 0)
        return np.column_stack([filled, np.ones(len(filled))])

    return design(features), design(asked)
