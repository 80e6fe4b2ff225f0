"""What goes wrong in the container, told in one sentence each."""

from __future__ import annotations

import math
from typing import Final

_LONGEST_FACT: Final = 160
_MOST_IN_32_BITS: Final = 3.4028235e38


def shown(value: object) -> str:
    """Return `repr` of what was found, cut so that a message stays a line."""
    text = repr(value)
    return text if len(text) <= _LONGEST_FACT else text[: _LONGEST_FACT - 3] + "..."


def described(field: str) -> str:
    """Return what a field of a row is, not what it says: rows stay out of logs and reasons."""
    if not field:
        return "an empty field"
    try:
        number = float(field)
    except ValueError:
        return f"a value of {len(field)} character{'s' if len(field) > 1 else ''}"
    if math.isfinite(number):
        return "a number beyond 32 bits" if abs(number) > _MOST_IN_32_BITS else "a number"
    return "a NaN" if math.isnan(number) else "an infinity"


class TrainingImageError(Exception):
    """Base of this unit's errors: what is wrong and where, what was found, what to do."""

    def __init__(self, cause: str, *, found: str = "", expected: str = "", do: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.found = found
        self.expected = expected
        self.do = do

    def __str__(self) -> str:
        facts = (
            self.cause,
            self.found and f"found {self.found}",
            self.expected and f"expected {self.expected}",
            self.do,
        )
        return "; ".join(fact for fact in facts if fact)


class SettingsError(TrainingImageError):
    """The environment holds something that this container cannot work with."""


class TrainingError(TrainingImageError):
    """The job's input cannot make a model."""


class ArtifactError(TrainingImageError):
    """A model's files are missing, damaged, or do not fit together."""


class RequestError(TrainingImageError):
    """A request that is refused; `status` is the answer's HTTP status."""

    def __init__(self, status: int, cause: str, *, found: str = "", expected: str = "") -> None:
        super().__init__(cause, found=found, expected=expected)
        self.status = status


class PredictionError(TrainingImageError):
    """A model that loaded well gives no answer to sound rows."""
