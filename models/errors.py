"""What is wrong with model files, all of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_FOUND_LENGTH: Final = 80


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one field of one file."""

    file: str
    """The file as the reader knows it, with `, line N` where only a line is known."""

    field: str
    """Path of the field, such as `data.columns[2].kind`; empty for the file as a whole."""

    found: str
    """What stands there, as `repr` shows it, or words such as `nothing`."""

    allowed: str
    """What may stand there."""

    suggestion: str = ""
    """The allowed word that looks most like what was found."""

    def __str__(self) -> str:
        where = f"{self.file}: {self.field}" if self.field else self.file
        hint = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{where}: found {_bounded(self.found)}; allowed: {self.allowed}{hint}"


class ModelFileError(Exception):
    """Model files that break the schema; `problems` holds every one of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = [f"{count} in model files:", *(f"  {problem}" for problem in self.problems)]
        return "\n".join(lines)


def _bounded(found: str) -> str:
    return found if len(found) <= _FOUND_LENGTH else found[: _FOUND_LENGTH - 3] + "..."
