"""What goes wrong in the container, told in one sentence each."""

from __future__ import annotations

from typing import Final

_LONGEST_FACT: Final = 160


def shown(value: object) -> str:
    """Return `repr` of what was found, cut so that a message stays a line."""
    text = repr(value)
    return text if len(text) <= _LONGEST_FACT else text[: _LONGEST_FACT - 3] + "..."


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
