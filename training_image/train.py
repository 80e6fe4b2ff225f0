"""A training job, from channels to a model's files. The story in order is in `train`.

It reads all rows into memory and trains on one machine.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

from training_image.archive import render_json, write_archive
from training_image.dataset import MANIFEST, SPLITS, Split, read_dataset, read_split
from training_image.errors import TrainingError, TrainingImageError, shown
from training_image.evaluate import evaluate, prove_parity, render_predictions
from training_image.graph import render_model
from training_image.hyperparameters import parse_hyperparameters
from training_image.learning import learn
from training_image.metrics import measure
from training_image.predictor import Predictor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training_image.hyperparameters import Hyperparameters
    from training_image.settings import Folders

logger = logging.getLogger(__name__)

LONGEST_FAILURE: Final = 1_024
"""Characters of the failure file that SageMaker shows."""

STOPPED: Final = 143
"""Exit code after SIGTERM, as a shell counts it."""


def train(folders: Folders) -> None:
    """Train a model, prove it, measure it, and only then write it.

    Raises:
        TrainingImageError: the job's input cannot make a model.
    """
    chosen = read_hyperparameters(folders)
    dataset = read_dataset(folders)
    schema = dataset.schema
    splits = {name: read_split(folders, name, schema) for name in SPLITS}
    logger.info("rows %s", " ".join(f"{name}={_rows(split)}" for name, split in splits.items()))

    learnt = learn(splits["train"], splits["validation"], schema, chosen)
    model = render_model(learnt)
    predictor = Predictor(model, schema)

    test = splits["test"]
    answers = predictor.predict(test.features)
    parity = prove_parity(answers, learnt.predict(test.features))
    evaluation = {**evaluate(splits, schema, predictor.predict), "parity": vars(parity)}
    log_metrics(splits, predictor)

    files = {
        MANIFEST: dataset.manifest,
        "evaluation.json": render_json(evaluation),
        "predictions.csv": render_predictions(test.target, answers),
    }
    write_archive(folders.model, model, schema, files)
    logger.info("model written to %s", folders.model)


def run(folders: Folders) -> int:
    """Train; tell SageMaker why if that fails. Return the exit code."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    signal.signal(signal.SIGTERM, _stop)
    try:
        train(folders)
    except TrainingImageError as error:
        return _fail(folders, str(error))
    except OSError as error:
        logger.exception("a file could not be read or written")
        return _fail(folders, f"{error}; if the disk is full, raise training.volume_gb")
    except Exception as error:
        logger.exception("training crashed")
        return _fail(folders, f"{type(error).__name__}: {error}")
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


def log_metrics(splits: Mapping[str, Split], predictor: Predictor) -> None:
    """Print what the job's metric definitions read, `metric <name>=<value> split=<split>`."""
    for name, split in splits.items():
        for metric, value in measure(split.target, predictor.predict(split.features)).items():
            logger.info("metric %s=%.6f split=%s", metric, value, name)


def _stop(_number: int, _frame: object) -> NoReturn:
    """End at SIGTERM: a container's first process ignores it unless it says otherwise."""
    logger.info("stopped by SIGTERM")
    raise SystemExit(STOPPED)


def _rows(split: Split) -> int:
    return split.features.rows


def _fail(folders: Folders, cause: str) -> int:
    logger.error("failed: %s", cause)
    folders.failure.parent.mkdir(parents=True, exist_ok=True)
    folders.failure.write_text(cause[:LONGEST_FAILURE], encoding="utf-8")
    return 1
