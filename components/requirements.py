"""What MWAA installs beside Airflow: read from a requirements file, refused where MWAA would fail.

Nothing is the usual answer, and then the environment names no file: its containers start sooner,
and need no package index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.errors import ProgramError
from components.files import existing

if TYPE_CHECKING:
    from pathlib import Path

CONSTRAINT = "--constraint"
LOCAL = "/usr/local/airflow/"
"""Where MWAA puts what lies in the bucket: DAGs and plugins."""


class RequirementsError(ProgramError):
    """Requirements that MWAA would only refuse, or hang on, after half an hour."""

    def __init__(self, file: Path, problems: tuple[str, ...]) -> None:
        super().__init__(file, problems)
        self.file = file
        self.problems = problems

    def __str__(self) -> str:
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        return f"MWAA cannot install {self.file}:{lines}\ndo: correct the file"


def read_requirements(file: Path, *, reaches_index: bool) -> tuple[str, ...]:
    """Return the lines that mean something.

    Args:
        file: In pip's own format.
        reaches_index: Whether all of MWAA's containers reach a package index. Without a way out
            none does, and a private web server lies where there is none.

    Raises:
        ProgramError: The file is missing.
        RequirementsError: It asks for something, and MWAA would fail on it.
    """
    text = existing(file, "what MWAA installs beside Airflow, be it nothing").read_text()
    stripped = (line.strip() for line in text.splitlines())
    lines = tuple(line for line in stripped if line and not line.startswith("#"))
    problems = (*_constraint(lines), *(() if reaches_index else _index(lines)))
    if problems:
        raise RequirementsError(file, problems)
    return lines


def _constraint(lines: tuple[str, ...]) -> tuple[str, ...]:
    if not lines or lines[0].startswith(CONSTRAINT):
        return ()
    return (
        f"the first line is {lines[0]!r:.80}; expected a {CONSTRAINT} line, "
        "so that nothing replaces a package that MWAA itself needs",
    )


def _index(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return what would make pip go to the internet, where there is no way to it."""
    if not lines:
        return ()
    found: list[str] = []
    if "--no-index" not in lines:
        found.append(
            "a line '--no-index' is missing; with egress 'endpoints', or a private web server, "
            "there is no package index to ask"
        )
    found += [
        f"{line!r:.80} leads to the internet; expected a file below {LOCAL}"
        for line in lines
        if line.startswith((CONSTRAINT, "--find-links")) and LOCAL not in line
    ]
    return tuple(found)
