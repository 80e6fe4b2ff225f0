"""The job's hyperparameters: JSON texts in a flat object become one typed, checked value.

Pure. All problems are reported together, and a name that nobody knows gets a suggestion.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, cast

from training_image.errors import TrainingError, shown
from training_image.objectives import OBJECTIVES
from training_image.preparation import read_derived

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from training_image.objectives import ObjectiveName
    from training_image.preparation import Derived

ALGORITHMS: Final = ("ensemble", "xgboost")
CLASS_WEIGHTS: Final = ("none", "balanced")
DIRECTIONS: Final = ("increasing", "decreasing")

USUAL: Final[Mapping[str, float]] = {"learning_rate": 0.05, "subsample": 0.8, "reg_lambda": 1.0}
"""Of trees, before anything else is tried."""


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """How a model learns. Names and meanings of what trees take are XGBoost's.

    What is None is tried out on the validation rows, which also decide how many rounds are kept.
    """

    algorithm: str = "ensemble"
    objective: ObjectiveName = "squared_error"
    class_weights: str = "none"
    """`balanced`: rows of rare classes weigh more, so that all classes weigh the same together."""

    trials: int = 16
    """How many settings are tried at most."""

    monotone: Mapping[str, str] = field(default_factory=dict[str, str])
    """Columns that the prediction may only rise with (`increasing`), or only fall with."""

    exclude: tuple[str, ...] = ()
    """Columns that nothing is learnt from."""

    derived: tuple[Derived, ...] = ()
    """Numbers that are computed from others."""

    seed: int = 0
    rounds: int = 2_000
    """The most trees, for each class one."""

    early_stopping_rounds: int = 30
    learning_rate: float | None = None
    max_depth: int | None = None
    min_child_weight: float | None = None
    subsample: float | None = None
    colsample_bytree: float | None = None
    reg_lambda: float | None = None
    reg_alpha: float = 0.0
    gamma: float = 0.0
    max_bin: int = 256

    def tree_settings(self, tried: Mapping[str, Any]) -> dict[str, Any]:
        """Return XGBoost's parameters: what was chosen, and what is tried for the rest."""
        usual = {**USUAL, **tried}
        names = (*usual, "reg_alpha", "gamma", "max_bin", "seed")
        chosen = {name: getattr(self, name) for name in names}
        return {**chosen, **{name: value for name, value in usual.items() if chosen[name] is None}}


@dataclass(frozen=True)
class _Rule:
    """What one hyperparameter may be, in words and as a test."""

    allowed: str
    accepts: Callable[[Any], bool]


def _whole(least: int, most: int) -> _Rule:
    return _Rule(
        f"a whole number from {least} to {most}",
        lambda value: (
            isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        ),
    )


def _number(least: float, most: float, *, above: bool = False) -> _Rule:
    """A number within bounds; with `above`, the smaller bound itself is not allowed."""
    limit = "" if math.isinf(most) else f" and at most {most:g}"
    words = f"above {least:g}{limit}" if above else f"at least {least:g}{limit}"

    def accepts(value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return math.isfinite(value) and least <= value <= most and not (above and value == least)

    return _Rule(f"a number {words}", accepts)


def _choice(*words: str) -> _Rule:
    return _Rule(f"one of {', '.join(words)}", lambda value: value in words)


def _columns(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, str) for one in cast("list[object]", value)
    )


def _ways(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return all(way in DIRECTIONS for way in cast("dict[str, object]", value).values())


def _features(value: object) -> bool:
    try:
        read_derived(cast("Any", value))
    except (ValueError, TypeError, AttributeError):
        return False
    return True


_RULES: Final[Mapping[str, _Rule]] = {
    "algorithm": _choice(*ALGORITHMS),
    "objective": _choice(*OBJECTIVES),
    "class_weights": _choice(*CLASS_WEIGHTS),
    "monotone": _Rule(f"columns with {' or '.join(DIRECTIONS)}", _ways),
    "exclude": _Rule("a list of columns", _columns),
    "derived": _Rule(
        "a list of features, each with name and ratio, difference, product or log", _features
    ),
    "trials": _whole(1, 16),
    "rounds": _whole(1, 100_000),
    "early_stopping_rounds": _whole(1, 100_000),
    "learning_rate": _number(0, 1, above=True),
    "max_depth": _whole(1, 16),
    "min_child_weight": _number(0, math.inf),
    "subsample": _number(0, 1, above=True),
    "colsample_bytree": _number(0, 1, above=True),
    "reg_lambda": _number(0, math.inf),
    "reg_alpha": _number(0, math.inf),
    "gamma": _number(0, math.inf),
    "max_bin": _whole(2, 65_536),
    "seed": _whole(0, 2**31 - 1),
}


def parse_hyperparameters(texts: Mapping[str, str]) -> Hyperparameters:
    """Turn SageMaker's flat texts, each of them JSON, into typed hyperparameters.

    `algorithm` and `objective` may be plain words.

    Raises:
        TrainingError: a name is unknown or a value is not allowed; all problems together.
    """
    values = {name: _decode(text) for name, text in texts.items()}
    problems = [problem for name, value in values.items() for problem in _problems(name, value)]
    if problems:
        raise TrainingError(
            "; ".join(problems), do="correct training.hyperparameters in the model file"
        )
    checked: dict[str, Any] = {name: _typed(name, value) for name, value in values.items()}
    return Hyperparameters(**checked)


def _decode(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _problems(name: str, value: object) -> Iterator[str]:
    rule = _RULES.get(name)
    if rule is None:
        close = get_close_matches(name, _RULES, n=1, cutoff=0.5)
        hint = f", did you mean {close[0]!r}?" if close else f"; known are {', '.join(_RULES)}"
        yield f"unknown hyperparameter {shown(name)}{hint}"
    elif not rule.accepts(value):
        yield f"hyperparameter {name} is {shown(value)}, expected {rule.allowed}"


def _typed(name: str, value: object) -> object:
    """Give a value the type of its field: `1` for a share is `1.0`."""
    if name in ("exclude", "derived"):
        values = cast("list[Any]", value)
        return tuple(values) if name == "exclude" else read_derived(values)
    kind = str(next(field.type for field in fields(Hyperparameters) if field.name == name))
    return float(cast("float", value)) if kind.startswith("float") else value
