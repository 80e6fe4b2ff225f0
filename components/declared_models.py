"""The models that the working tree declares, checked before anything is deployed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.errors import ProgramError
from models.errors import ModelFileError
from models.load import load_models

if TYPE_CHECKING:
    from pathlib import Path


def declared_models(folder: Path) -> tuple[str, ...]:
    """Return the names of the models in alphabetical order.

    Raises:
        ProgramError: A model file is invalid; every problem of every file.
    """
    try:
        return tuple(load_models(folder))
    except ModelFileError as error:
        raise ProgramError(f"{error}\ndo: correct the files in {folder.name}/") from error
