"""What knows next to nothing gets right: the mean of the training rows, and a straight line."""
# ruff: noqa: S608 - expressions are made of checked names and literals

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from ops.draft.features import numbers
from ops.draft.profile import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ops.draft.decision import Decision
    from ops.draft.profile import Profile
    from ops.draft.rows import Rows

    Matrix = NDArray[np.float64]

MOST_ROWS: Final = 100_000
"""Of each split; more would change the third digit and take minutes."""

_MOST_NUMBERS: Final = 10_000_000
_FEWEST_ROWS: Final = 1000


@dataclass(frozen=True)
class Errors:
    """How far predictions are from the test rows."""

    rmse: float
    mae: float


@dataclass(frozen=True)
class Baselines:
    """The errors of both, on splits of this file."""

    mean: Errors
    linear: Errors
    measured_on: Mapping[str, int]
    """Rows of train and test that were taken; fewer than there are if there are many."""

    @property
    def best(self) -> str:
        """The one with the smaller error."""
        return "linear" if self.linear.rmse < self.mean.rmse else "mean"


def measure(
    rows: Rows, profiles: Sequence[Profile], decisions: Sequence[Decision], target: str
) -> Baselines:
    """Measure both on the table `dealt`."""
    columns = [
        expression
        for one, decision in zip(profiles, decisions, strict=True)
        if decision.column.kept and decision.column.name != target
        for expression in numbers(decision.column, one)
    ]
    expressions = [f"({number(target)})::double", *columns]
    train, test = (_fetch(rows, expressions, split) for split in ("train", "test"))
    known, wanted = train[:, 0], test[:, 0]
    return Baselines(
        mean=_errors(wanted, np.full(len(wanted), known.mean())),
        linear=_errors(wanted, _line(train[:, 1:], known, test[:, 1:])),
        measured_on={"train": len(train), "test": len(test)},
    )


def _fetch(rows: Rows, expressions: Sequence[str], split: str) -> Matrix:
    most = min(MOST_ROWS, max(_FEWEST_ROWS, _MOST_NUMBERS // len(expressions)))
    listed = ", ".join(f"{one} as x{place}" for place, one in enumerate(expressions))
    query = f"select {listed} from dealt where split = '{split}' order by lot limit {most}"
    found = cast("dict[str, Any]", rows.database.execute(query).fetchnumpy())  # pyright: ignore[reportUnknownMemberType]  # DuckDB's stubs leave the arrays untyped
    return np.column_stack([np.ma.filled(found[name].astype(np.float64), np.nan) for name in found])


def _line(features: Matrix, target: Matrix, asked: Matrix) -> Matrix:
    """Fit a line by least squares, gaps filled with the mean, and say what it predicts."""
    known = np.isfinite(features)
    counts = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, features, 0).sum(axis=0) / counts
    spread = np.sqrt((np.where(known, features - centre, 0) ** 2).sum(axis=0) / counts)
    spread[spread == 0] = 1

    def design(matrix: Matrix) -> Matrix:
        filled = np.where(np.isfinite(matrix), (matrix - centre) / spread, 0)
        return np.column_stack([filled, np.ones(len(filled))])

    weights: NDArray[Any] = np.linalg.lstsq(design(features), target, rcond=None)[0]
    return design(asked) @ weights


def _errors(wanted: Matrix, predicted: Matrix) -> Errors:
    difference = wanted - predicted
    return Errors(float(np.sqrt((difference**2).mean())), float(np.abs(difference).mean()))
