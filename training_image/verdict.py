"""What a comparison of two models decides, and `comparison.json`. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from training_image.metrics import DIRECTIONS

if TYPE_CHECKING:
    from training_image.bootstrap import Draws

FORMAT: Final = 1
OURS: Final = "ours"
THEIRS: Final = "theirs"
"""Channels with an archive each: of the new model, and of the one in service."""


@dataclass(frozen=True)
class Question:
    """By what two models are compared."""

    metric: str
    level: float


def conclude(draws: Draws, question: Question) -> dict[str, Any]:
    """Return `comparison.json`, less how many rows there were.

    The new model is worse when the interval of the difference, with the asked confidence, lies
    wholly on the worse side: equal models are not.
    """
    difference = draws.difference(question.metric, question.level)
    if not (math.isfinite(difference.low) and math.isfinite(difference.high)):
        return incomparable(question, f"{question.metric} has no interval on these test rows")
    lower = DIRECTIONS[question.metric] == "lower"
    worse = difference.low > 0 if lower else difference.high < 0
    metrics = {
        name: {one: draws.estimate(place, one).to_json() for one in draws.metrics}
        for place, name in enumerate((OURS, THEIRS))
    }
    return {
        "format": FORMAT,
        "metric": question.metric,
        "direction": DIRECTIONS[question.metric],
        **metrics,
        "difference": difference.to_json(),
        "level": question.level,
        "not_worse": not worse,
        "incomparable": None,
    }


def incomparable(question: Question, why: str) -> dict[str, Any]:
    """Return the document that says why nothing was compared."""
    return {
        "format": FORMAT,
        "metric": question.metric,
        "direction": DIRECTIONS[question.metric],
        "ours": {},
        "theirs": {},
        "difference": None,
        "level": question.level,
        "not_worse": None,
        "incomparable": why,
    }
