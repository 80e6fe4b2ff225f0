"""A training job, from channels to a model's files. The story in order is in `train`."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NoReturn

from training_image.archive import render_json, write_archive
from training_image.card import CARD, render_card
from training_image.checkpoints import Checkpoints
from training_image.dataset import MANIFEST, read_dataset
from training_image.errors import TrainingError, shown
from training_image.evaluate import evaluate, in_parts, prove_all
from training_image.examples import render_predictions
from training_image.failure import STOPPED, cause_of, fail
from training_image.graph import render_model
from training_image.hyperparameters import parse_hyperparameters
from training_image.material import read_material
from training_image.metrics import measure
from training_image.objectives import NUMBERS, fitting
from training_image.peers import ALONE
from training_image.predictor import Predictor
from training_image.preparation import directions, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from training_image.dataset import Split
    from training_image.hyperparameters import Hyperparameters
    from training_image.learning import Learnt
    from training_image.material import Material
    from training_image.objectives import Objective
    from training_image.peers import Peers
    from training_image.schema import Schema
    from training_image.settings import Folders

logger = logging.getLogger(__name__)


def train(folders: Folders, peers: Peers = ALONE) -> None:
    """Train a model, prove it, measure it, and only then write it.

    Several hosts learn it together; the first of them alone does the rest.

    Raises:
        TrainingImageError: the job's input cannot make a model.
    """
    chosen = read_hyperparameters(folders)
    dataset = read_dataset(folders)
    schema = dataset.schema
    check_objective(chosen.objective, schema)
    check_features(chosen, schema)
    with read_material(folders, schema, peers) as material:
        logger.info("rows %s", " ".join(f"{name}={rows}" for name, rows in material.rows.items()))
        check_counts(chosen.objective, material.least_targets)
        learnt = material.learn(chosen, open_checkpoints(folders, chosen, dataset.manifest, peers))
        if learnt is None:
            logger.info("the first host goes on alone")
            return
        model = render_model(learnt)
        told = prove(material, learnt, model)
    files = {MANIFEST: dataset.manifest, **told}
    write_archive(folders.model, model, schema, files, learnt.objective.name)
    write_output(folders, told)
    logger.info("model written to %s", folders.model)


def write_output(folders: Folders, told: Mapping[str, bytes]) -> None:
    """Write what is to be read of a model where SageMaker keeps it without the model."""
    folders.output.mkdir(parents=True, exist_ok=True)
    for name, content in told.items():
        (folders.output / name).write_bytes(content)


def open_checkpoints(
    folders: Folders, chosen: Hyperparameters, manifest: bytes, peers: Peers
) -> Checkpoints | None:
    """Return what was kept of this job, if the job keeps anything."""
    if not peers.share(folders.checkpoints.is_dir()):
        return None
    hosts = f"{peers.count} hosts" if peers.count > 1 else ""
    job = sha256(manifest + f"{chosen!r}{hosts}".encode()).hexdigest()
    return Checkpoints(folders.checkpoints, job, peers)


def prove(material: Material, learnt: Learnt, model: bytes) -> dict[str, bytes]:
    """Prove that a model predicts what was learnt, and return the files that say what it is worth.

    Raises:
        ArtifactError: it does not.
    """
    predict = in_parts(Predictor(model, material.schema).predict)
    parity = prove_all(
        (predict(part.features), learnt.predict(part.features)) for part in material.test_parts()
    )
    splits, objective = material.splits, learnt.objective
    answers = {name: predict(split.features) for name, split in splits.items()}
    evaluation = {
        **evaluate(splits, learnt.preparation, objective, predict, answers["test"]),
        "rows": material.rows,
        "parity": vars(parity),
        "trained": dict(learnt.facts),
    }
    if learnt.judged is not None:  # of rows that it has learnt since, the model would say too much
        answers["validation"] = learnt.judged
    log_metrics(splits, objective, answers)
    test, classes = splits["test"], material.schema.classes if objective.classifies else ()
    return {
        "evaluation.json": render_json(evaluation),
        CARD: render_card(evaluation, learnt.preparation),
        "predictions.csv": render_predictions(test.target, answers["test"], classes),
    }


def run(folders: Folders, work: Callable[[Folders], None] = train) -> int:
    """Do a job's work; tell SageMaker why if that fails. Return the exit code."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    signal.signal(signal.SIGTERM, _stop)
    try:
        work(folders)
    except Exception as error:  # noqa: BLE001 - all of them are told
        return fail(folders, cause_of(error))
    return 0


def read_hyperparameters(folders: Folders) -> Hyperparameters:
    """Read the job's hyperparameters.

    Raises:
        TrainingError: the file is missing or no flat object of texts, or a value is not allowed.
    """
    try:
        document: Any = json.loads(folders.hyperparameters.read_bytes())
        texts: Mapping[str, str] = {str(name): str(text) for name, text in document.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise TrainingError(
            f"the hyperparameters in {folders.hyperparameters} cannot be read",
            found=shown(error),
            expected="a JSON object of texts",
            do="start this container as a training job",
        ) from error
    return parse_hyperparameters(texts)


def check_objective(objective: str, schema: Schema) -> None:
    """Check that a model can be trained for this target.

    Raises:
        TrainingError: the target is a number and the objective is for labels, or the reverse.
    """
    column = schema.target_column
    allowed = fitting(column.kind, len(schema.classes))
    if objective not in allowed:
        classes = "" if column.kind in NUMBERS else f" of {len(schema.classes)} classes"
        raise TrainingError(
            f"the objective '{objective}' does not fit the target '{column.name}'",
            found=f"a {column.kind} column{classes}",
            expected=f"{' or '.join(', '.join(allowed).rsplit(', ', 1))} for it",
            do="correct training.objective in the model file",
        )


def check_features(chosen: Hyperparameters, schema: Schema) -> None:
    """Check what is asked for of columns, before any row is read.

    Raises:
        TrainingError: a column that is left out, part of another or to be followed is not there,
            or of a kind that it can't be.
    """
    prepared = prepare(schema, chosen.exclude, chosen.derived).schema
    directions(prepared, chosen.monotone)


def check_counts(objective: str, least: Mapping[str, float]) -> None:
    """Check that no row of a count is below zero: its likelihood would be none.

    Raises:
        TrainingError: one is.
    """
    for name, target in least.items():
        if objective == "poisson" and target < 0:
            raise TrainingError(
                f"the objective 'poisson' counts, and the target of the {name} split is below zero",
                found=f"{target:g}",
                expected="numbers from 0 on",
                do="choose the objective squared_error, or give the target `min: 0`",
            )


def log_metrics(
    splits: Mapping[str, Split], objective: Objective, answers: Mapping[str, NDArray[np.float32]]
) -> None:
    """Print what the job's metric definitions read, `metric <name>=<value> split=<split>`."""
    for name, split in splits.items():
        for metric, value in measure(objective, split.target, answers[name]).items():
            logger.info("metric %s=%.9g split=%s", metric, value, name)


def _stop(_number: int, _frame: object) -> NoReturn:
    """End at SIGTERM: a container's first process ignores it unless it says otherwise."""
    with suppress(Exception):  # it may have come in the middle of another line
        logger.info("stopped by SIGTERM")
        sys.stdout.flush()
    os._exit(STOPPED)  # what is raised within XGBoost's callbacks is lost there
