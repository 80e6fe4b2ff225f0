"""The metric, its limit and how many test rows there must be: from baselines and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.objectives import OF_LABELS
from models.schema import USUAL_TEST_ROWS
from ops.draft.ranges import rounded_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.draft.baselines import Baselines

ROOM: Final = 1.15
"""A model has to beat the baselines in any case; the limit is a net below, as other data come."""

_SHARE_OF_TEST_ROWS: Final = 0.8
_FAR_OUT: Final = 2.0
"""The mean's rmse over its mae, where single values decide the rmse; of a normal one it is 1.25."""

_EXACT: Final = 0.001
_APART: Final = 0.05
"""Of the constant's log loss, below which a linear model tells the classes apart."""


@dataclass(frozen=True)
class Gate:
    """What a model has to reach."""

    metric: str
    limit: float
    baselines: tuple[str, ...]
    min_test_rows: int
    why: str
    checks: tuple[str, ...]


def gate(measured: Baselines, rows: Mapping[str, int]) -> Gate:
    """Return the gate for a target on which the baselines got so far."""
    metric = metric_for(measured)
    constant, linear = measured.constant[metric], measured.linear[metric]
    exact = linear <= (_APART if metric == "log_loss" else _EXACT) * constant
    best = constant if exact else min(constant, linear)
    return Gate(
        metric=metric,
        limit=rounded_up(ROOM * best) if best > 0 else 1,
        baselines=("constant",) if exact else ("constant", "linear"),
        min_test_rows=_test_rows(rows["test"]),
        why=f"{metric} of constant {_short(constant)}, of linear {_short(linear)}",
        checks=tuple(_checks(measured, rows, exact=exact)),
    )


def metric_for(measured: Baselines) -> str:
    """Return the metric of the objective; for numbers one that values far out do not decide."""
    if measured.objective in OF_LABELS:
        return "log_loss"
    return "mae" if measured.constant["rmse"] > _FAR_OUT * measured.constant["mae"] else "rmse"


def _test_rows(found: int) -> int:
    if found >= USUAL_TEST_ROWS:
        return USUAL_TEST_ROWS
    return max(1, int(_SHARE_OF_TEST_ROWS * found))


def _checks(measured: Baselines, rows: Mapping[str, int], *, exact: bool) -> list[str]:
    found, metric = list[str](), metric_for(measured)
    if measured.constant[metric] == 0:
        found.append("the target is the same in all test rows: there is nothing to predict")
    elif exact:
        found.append(
            "a linear model predicts the target: does a column give it away? if not, a model"
            " cannot beat that, so linear is not among the baselines"
        )
    elif measured.linear[metric] >= measured.constant[metric]:
        found.append("a linear model is no better than a constant: the columns may say little")
    if metric == "mae":
        found.append("values of the target lie far out: mae, which they do not decide")
    if rows["test"] < USUAL_TEST_ROWS:
        found.append(f"{rows['test']} test rows: the gate judges by very few, get more")
    return found


def _short(value: float) -> str:
    return f"{value:.4g}"
