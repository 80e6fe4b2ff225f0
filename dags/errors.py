"""What goes wrong in a DAG, said so that a person can act on it.

The kind of the error decides about retries: a `StepError` stays one however often the task runs, a
`PassingError` may be gone the next time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_LENGTH: Final = 2000


class DagsError(Exception):
    """Base of everything that this package raises."""


class StepError(DagsError):
    """A step that can't go on, and that no repetition would help."""

    def __init__(self, resource: str, *, found: str, expected: str, do: str) -> None:
        super().__init__(resource, found, expected, do)
        self.resource = resource
        self.found = found
        self.expected = expected
        self.do = do

    def __str__(self) -> str:
        found = bounded(self.found)
        return f"{self.resource}: found {found}; expected {self.expected}; to do: {self.do}"


class PassingError(StepError):
    """A step that can't go on now; Airflow tries the task again."""


class SettingsError(DagsError):
    """`stack.json`, which Pulumi writes, can't be used; all problems together."""

    def __init__(self, file: str, problems: Sequence[str]) -> None:
        super().__init__(file, problems)
        self.file = file
        self.problems = tuple(problems)

    def __str__(self) -> str:
        found = "; ".join(self.problems)
        return f"stack settings {self.file}: {found}; run `pulumi up`, which writes this file"


def bounded(text: str) -> str:
    """Return a text short enough for a log line and a record."""
    return text if len(text) <= _LENGTH else text[: _LENGTH - 3] + "..."
