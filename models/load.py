"""Model files to models: YAML in, `schema.Model` out, from a folder or from inside a zip.

Nothing is loaded by half: one broken file in a folder, and the problems of all files are raised.
"""

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from models.errors import ModelFileError, Problem
from models.schema import Model
from models.yaml_text import BrokenYamlError, parse

_SUFFIX: Final = ".yaml"


def load_model(path: Path | Traversable) -> Model:
    """Read one model file.

    Raises:
        ModelFileError: the file is missing, not YAML, or breaks the schema.
    """
    file = _shown(path)
    try:
        document = parse(path.read_bytes())
    except BrokenYamlError as error:
        where = f"{file}, line {error.line}" if error.line else file
        raise ModelFileError([Problem(where, "", error.found, error.allowed)]) from error
    except OSError as error:
        raise ModelFileError([Problem(file, "", str(error), "a readable file")]) from error
    model = Model.from_json(document, file)
    stem = path.name.removesuffix(_SUFFIX)
    if model.name != stem:
        allowed = f"{stem!r}, the file's name without {_SUFFIX}"
        raise ModelFileError([Problem(file, "name", repr(model.name), allowed)])
    return model


def load_models(folder: Path | Traversable) -> dict[str, Model]:
    """Read every model file of a folder, by model name in alphabetical order.

    Raises:
        ModelFileError: at least one file is broken; the problems of all files together.
    """
    models: dict[str, Model] = {}
    problems: list[Problem] = []
    for path in _model_files(folder, problems):
        try:
            model = load_model(path)
        except ModelFileError as error:
            problems.extend(error.problems)
        else:
            models[model.name] = model
    if problems:
        raise ModelFileError(problems)
    return models


def _model_files(folder: Path | Traversable, problems: list[Problem]) -> list[Path | Traversable]:
    """The files that hold models; one that only looks like it is a problem, never silence."""
    if not folder.is_dir():
        problems.append(Problem(_shown(folder), "", "no such folder", "a folder of model files"))
        return []
    files = sorted(folder.iterdir(), key=lambda path: path.name)
    problems.extend(
        Problem(_shown(path), "", "the suffix .yml", f"{_SUFFIX}, the suffix of a model file")
        for path in files
        if path.name.endswith(".yml")
    )
    return [path for path in files if path.name.endswith(_SUFFIX)]


def _shown(path: Path | Traversable) -> str:
    """What a problem calls the file: enough to find it in the repository, wherever it is read."""
    return f"models/{path.name}" if path.name != "models" else "models"
