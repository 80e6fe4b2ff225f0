"""Objectives, and the metrics that models of each are judged by.

The training image has the same names (`training_image/objectives.py`, `training_image/metrics.py`);
`tests/contract/test_objectives_in_units.py` holds both equal.
"""

from typing import Final, Literal

from models.columns import NUMBERS, Column

OF_NUMBERS: Final = ("squared_error", "absolute_error", "poisson")
OF_LABELS: Final = ("binary", "multiclass")
OBJECTIVES: Final = (*OF_NUMBERS, *OF_LABELS)

_OF_NUMBERS: Final = ("rmse", "mae", "r2")
_OF_LABELS: Final = ("log_loss", "roc_auc", "pr_auc", "f1", "accuracy", "calibration_error")
_MAIN: Final = {
    "squared_error": "rmse",
    "absolute_error": "mae",
    "poisson": "poisson_deviance",
    "binary": "log_loss",
    "multiclass": "log_loss",
}

METRICS: Final = (*_OF_NUMBERS, "poisson_deviance", *_OF_LABELS)
HIGHER_IS_BETTER: Final = ("r2", "roc_auc", "pr_auc", "f1", "accuracy")
AT_MOST_ONE: Final = (*HIGHER_IS_BETTER, "calibration_error")

Direction = Literal["lower", "higher"]


def direction(metric: str) -> Direction:
    """Which values of a metric are better."""
    return "higher" if metric in HIGHER_IS_BETTER else "lower"


def metrics_of(objective: str) -> tuple[str, ...]:
    """The metrics of an objective, the one that it makes small first."""
    main = _MAIN[objective]
    known = _OF_LABELS if objective in OF_LABELS else _OF_NUMBERS
    return (main, *(name for name in known if name != main))


def fitting(target: Column) -> tuple[str, ...]:
    """The objectives that a target can have, the usual one first."""
    if target.kind in NUMBERS:
        return OF_NUMBERS
    two = target.kind == "boolean" or len(target.values) == 2  # noqa: PLR2004 - two classes
    return OF_LABELS if two else ("multiclass",)


def can_be_target(column: Column) -> str:
    """What is wrong with a column as a target; nothing where it can be one."""
    if column.nullable:
        return "a column that is not nullable"
    if column.kind in NUMBERS or column.kind == "boolean" or len(column.values) > 1:
        return ""
    if column.kind == "categorical":
        return "a categorical column with two values or more, declared in `values`"
    return "a numeric, integer, boolean or categorical column"
