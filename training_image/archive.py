"""The files of a model: written by training, read by serving. SageMaker packs and unpacks them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from training_image.errors import ArtifactError, shown
from training_image.schema import Schema, parse_schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MODEL: Final = "model.onnx"
SCHEMA: Final = "schema.json"
FORMAT: Final = 1
CLASSIFYING: Final = ("binary", "multiclass")
"""The objectives whose models answer with probabilities."""


@dataclass(frozen=True)
class Archive:
    """A model as it was read back."""

    model: bytes
    schema: Schema
    objective: str = ""
    classes: tuple[str, ...] = ()
    """Of a classifier: what its probabilities are of, in their order."""


def write_archive(
    folder: Path,
    model: bytes,
    schema: Schema,
    files: Mapping[str, bytes],
    objective: str = "",
) -> None:
    """Write a model's files; the schema comes last and carries the model's checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**files, MODEL: model}.items():
        (folder / name).write_bytes(content)
    document = {
        "format": FORMAT,
        **schema.to_json(),
        "objective": objective,
        **({"classes": list(schema.classes)} if objective in CLASSIFYING else {}),
        "model": {"file": MODEL, "sha256": sha256(model).hexdigest()},
    }
    (folder / SCHEMA).write_bytes(render_json(document))


def read_archive(folder: Path) -> Archive:
    """Read a model and its schema.

    Raises:
        ArtifactError: a file is missing or damaged, or the model is not the one that was written.
    """
    try:
        document: dict[str, Any] = json.loads((folder / SCHEMA).read_bytes())
        model = (folder / MODEL).read_bytes()
        expected = document["model"]["sha256"]
        classes = tuple(str(name) for name in document.get("classes", ()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(
            f"the model in {folder} is incomplete",
            found=shown(error),
            expected=f"{MODEL} and {SCHEMA}, as training wrote them",
            do="train the model anew",
        ) from error
    if sha256(model).hexdigest() != expected:
        raise ArtifactError(
            f"{MODEL} in {folder} is damaged",
            found=f"the checksum {sha256(model).hexdigest()}",
            expected=str(expected),
            do="train the model anew",
        )
    objective = str(document.get("objective", ""))
    return Archive(model, parse_schema(document, SCHEMA), objective, classes)


def render_json(document: Mapping[str, Any]) -> bytes:
    """Return a document's bytes; equal documents give equal bytes, and NaN is refused."""
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode()
