"""What an operator's command says when it cannot go on: where, what was found, what to do."""

from __future__ import annotations

LONGEST_FACT = 3000
"""Characters of one fact, such as all settings that are wrong; the service's log has the rest."""


class OpsError(Exception):
    """Something that the person at the terminal has to mend; rendered without a traceback."""

    def __init__(
        self, cause: str, *, resource: str = "", found: str = "", expected: str = "", do: str = ""
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.resource = resource
        self.found = found
        self.expected = expected
        self.do = do

    def __str__(self) -> str:
        first = f"{self.resource}: {self.cause}" if self.resource else self.cause
        facts = (("found", self.found), ("expected", self.expected), ("do", self.do))
        lines = [f"  {name}: {_indented(value[:LONGEST_FACT])}" for name, value in facts if value]
        return "\n".join([first[:LONGEST_FACT], *lines])


def _indented(text: str) -> str:
    """Return text whose further lines stand below the first, not beside the names of facts."""
    return text.strip().replace("\n", "\n    ")
