"""The models that the working tree declares, checked before anything is deployed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.errors import ProgramError
from models.errors import ModelFileError
from models.load import load_models

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def declared_models(folder: Path) -> Mapping[str, str]:
    """Return the metric of each model's gate by its name, in alphabetical order.

    Raises:
        ProgramError: A model file is invalid; every problem of every file.
    """
    try:
        models = load_models(folder)
    except ModelFileError as error:
        raise ProgramError(f"{error}\ndo: correct the files in {folder.name}/") from error
    return {name: model.evaluation.metric for name, model in models.items()}
