"""A comparison job: a new model beside the one in service, on the same test rows.

It is a job of its own, so that what a model is never depends on which one served when it was
trained. Both are predicted by this image, from their archives. Of many test rows a sample decides,
as large as training's: `comparison.json` says of how many, as `sampled`.
"""

from __future__ import annotations

import json
import logging
import tarfile
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from training_image.archive import MODEL, SCHEMA, read_archive, render_json
from training_image.bootstrap import draw
from training_image.errors import ArtifactError, TrainingError, shown
from training_image.evaluate import in_parts
from training_image.features import Features
from training_image.material import read_test
from training_image.metrics import main_metric, metrics_of
from training_image.objectives import OBJECTIVES
from training_image.predictor import Predictor
from training_image.verdict import OURS, THEIRS, Question, conclude, incomparable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training_image.objectives import Objective
    from training_image.schema import Column, Schema
    from training_image.settings import Folders

logger = logging.getLogger(__name__)

ARCHIVE: Final = "model.tar.gz"
COMPARISON: Final = "comparison.json"
USUAL_LEVEL: Final = 0.9


@dataclass(frozen=True)
class Model:
    """A model as its archive has it."""

    schema: Schema
    objective: str
    predictor: Predictor


def compare(folders: Folders) -> None:
    """Measure both models on the test rows, and say whether the new one is worse.

    What cannot be compared is no failure: a contract that changed has to be deployable.

    Raises:
        TrainingImageError: the job's input is no model with test rows.
    """
    ours = read_model(folders.channel(OURS))
    objective = OBJECTIVES[_objective(ours)]
    question = read_question(folders, objective)
    test, rows = read_test(folders, ours.schema)
    if rows > test.features.rows:
        logger.info("sampled rows test=%d of %d", test.features.rows, rows)
    try:
        theirs = read_model(folders.channel(THEIRS))
        places = match(ours, theirs)
    except ArtifactError as error:
        document = incomparable(question, str(error))
    else:
        answers = {
            OURS: in_parts(ours.predictor.predict)(test.features),
            THEIRS: in_parts(theirs.predictor.predict)(places.features(test.features)),
        }
        document = conclude(draw(objective, test.target, answers), question)
    document |= {"rows": rows, "sampled": {"test": test.features.rows}}
    folders.model.mkdir(parents=True, exist_ok=True)
    (folders.model / COMPARISON).write_bytes(render_json(document))
    logger.info("comparison written to %s", folders.model)


def read_question(folders: Folders, objective: Objective) -> Question:
    """Read by what is compared.

    Raises:
        TrainingError: the metric is none of the objective's, or the level is no share.
    """
    try:
        texts: dict[str, str] = json.loads(folders.hyperparameters.read_bytes())
        metric = texts.get("metric", main_metric(objective))
        level = float(json.loads(texts.get("level", str(USUAL_LEVEL))))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise TrainingError(
            f"the hyperparameters in {folders.hyperparameters} cannot be read",
            found=shown(error),
            expected="the texts metric and level",
            do="start this container as a comparison job",
        ) from error
    if metric not in metrics_of(objective) or not 0 < level < 1:
        raise TrainingError(
            "there is no such comparison",
            found=f"metric {shown(metric)} at {level:g}",
            expected=f"one of {', '.join(metrics_of(objective))}, at a share below 1",
            do="correct evaluation in the model file",
        )
    return Question(metric, level)


def read_model(channel: Path) -> Model:
    """Read a model from the archive in a channel.

    Raises:
        ArtifactError: there is no archive, or no model in it that loads.
    """
    with tempfile.TemporaryDirectory() as folder:
        _unpack(channel / ARCHIVE, Path(folder))
        found = read_archive(Path(folder))
    return Model(found.schema, found.objective, Predictor(found.model, found.schema))


def _unpack(archive: Path, folder: Path) -> None:
    """Write the two files that make a model; where the archive would have them does not matter."""
    try:
        with tarfile.open(archive) as packed:
            for member in packed:
                name = member.name.removeprefix("./")
                content = packed.extractfile(member) if name in (MODEL, SCHEMA) else None
                if content:
                    (folder / name).write_bytes(content.read())
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        raise ArtifactError(
            f"the archive in the channel '{archive.parent.name}' cannot be read",
            found=shown(error),
            expected=ARCHIVE,
            do="train the model anew",
        ) from error


def _objective(model: Model) -> str:
    """Return a model's objective; archives that name none are of numbers, or of their classes."""
    if model.objective in OBJECTIVES:
        return model.objective
    if not model.predictor.classifies:
        return "squared_error"
    return "multiclass" if len(model.schema.classes) > 2 else "binary"  # noqa: PLR2004 - two classes


@dataclass(frozen=True)
class Places:
    """Where the columns of another model's inputs stand in ours."""

    numbers: tuple[int, ...]
    words: tuple[int, ...]

    def features(self, ours: Features) -> Features:
        """Return rows as the other model takes them."""
        numeric: NDArray[np.float32] = np.ascontiguousarray(ours.numeric[:, list(self.numbers)])
        return Features(numeric, ours.categorical[:, list(self.words)])


def match(ours: Model, theirs: Model) -> Places:
    """Return where the other model finds its columns in our rows.

    Raises:
        ArtifactError: it predicts something else, or from columns that our rows do not have.
    """
    _require_same_target(ours, theirs)
    known = {column.name: column for column in ours.schema.features}
    for column in theirs.schema.features:
        if column.name not in known or not _alike(column, known[column.name]):
            raise _unlike(f"the column '{column.name}' ({column.kind})", "a column of the contract")
    words = [column.name for column in ours.schema.categories]
    found = [ours.schema.places(column.name) for column in theirs.schema.numbers]
    return Places(
        numbers=tuple(place for one in found for place in range(one.start, one.stop)),
        words=tuple(words.index(column.name) for column in theirs.schema.categories),
    )


def _require_same_target(ours: Model, theirs: Model) -> None:
    if theirs.schema.target != ours.schema.target:
        raise _unlike(f"the target '{theirs.schema.target}'", f"'{ours.schema.target}'")
    if theirs.predictor.classifies != ours.predictor.classifies:
        kinds = (
            ("probabilities", "numbers")
            if theirs.predictor.classifies
            else ("numbers", "probabilities")
        )
        raise _unlike(f"answers that are {kinds[0]}", kinds[1])
    if ours.predictor.classifies and theirs.schema.classes != ours.schema.classes:
        raise _unlike(f"the classes {shown(theirs.schema.classes)}", shown(ours.schema.classes))


def _alike(one: Column, other: Column) -> bool:
    numbers = ("numeric", "integer")
    same_kind = one.kind == other.kind or (one.kind in numbers and other.kind in numbers)
    return same_kind and (one.format, one.features) == (other.format, other.features)


def _unlike(found: str, expected: str) -> ArtifactError:
    return ArtifactError(
        "the model in service is of another contract", found=found, expected=expected
    )
