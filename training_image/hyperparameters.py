"""The job's hyperparameters: JSON texts in a flat object become one typed, checked value.

Pure. All problems are reported together, and a name that nobody knows gets a suggestion.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

from training_image.errors import TrainingError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Objective = Literal["squared_error", "absolute_error"]
ALGORITHMS: Final = ("xgboost",)
OBJECTIVES: Final = cast("tuple[str, ...]", get_args(Objective))


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """How the trees are grown. Names and meanings are XGBoost's, `rounds` is its number of trees.

    The defaults suit a few thousand to a few million rows; the validation split decides how many
    of the rounds are kept.
    """

    algorithm: str = "xgboost"
    objective: Objective = "squared_error"
    rounds: int = 2_000
    early_stopping_rounds: int = 50
    learning_rate: float = 0.03
    max_depth: int = 4
    min_child_weight: float = 10.0
    subsample: float = 0.8
    colsample_bytree: float = 0.8
    reg_lambda: float = 1.0
    reg_alpha: float = 0.0
    gamma: float = 0.0
    max_bin: int = 256
    seed: int = 0


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


_RULES: Final[Mapping[str, _Rule]] = {
    "algorithm": _choice(*ALGORITHMS),
    "objective": _choice(*OBJECTIVES),
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
    """Give a number the type of its field: `1` for a share is `1.0`."""
    default = next(field.default for field in fields(Hyperparameters) if field.name == name)
    return float(cast("float", value)) if isinstance(default, float) else value
