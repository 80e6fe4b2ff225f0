"""Files of the repository that the program deploys: missing ones are named before anything is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.errors import ProgramError

if TYPE_CHECKING:
    from pathlib import Path


def existing(file: Path, what: str) -> Path:
    """Return the file.

    Raises:
        ProgramError: There is none; `what` says what it would be.
    """
    if not file.is_file():
        raise ProgramError(
            f"{file} does not exist; expected {what}; do: check out the whole repository"
        )
    return file
