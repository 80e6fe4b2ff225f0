"""The twin's errors: each says where it happened, what was found, what was expected, what to do."""

from __future__ import annotations

LONGEST_FACT = 600
"""Characters of one fact that an error shows; the log holds the rest."""


def shorten(text: str, limit: int = LONGEST_FACT) -> str:
    """Return the text, cut in the middle when it is longer than the limit."""
    if len(text) <= limit:
        return text
    half = (limit - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


class TwinError(Exception):
    """Something that a person has to know: rendered in full, without a traceback.

    Attributes hold the facts; `str()` renders them in a fixed order and leaves out the empty ones.
    """

    def __init__(
        self,
        cause: str,
        *,
        step: str = "",
        resource: str = "",
        found: str = "",
        expected: str = "",
        do: str = "",
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.step = step
        self.resource = resource
        self.found = found
        self.expected = expected
        self.do = do

    def __str__(self) -> str:
        where = " ".join(part for part in (self.step, self.resource) if part)
        lines = [f"{where}: {shorten(self.cause)}" if where else shorten(self.cause)]
        facts = (("found", self.found), ("expected", self.expected), ("do", self.do))
        lines += [f"  {name}: {shorten(value)}" for name, value in facts if value]
        return "\n".join(lines)
