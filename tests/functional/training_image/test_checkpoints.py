"""A job that is interrupted goes on where it was, to the same model."""

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.training_image.conftest import ROOT

COLUMNS: list[dict[str, Any]] = [
    {"name": "length", "kind": "numeric"},
    {"name": "height", "kind": "numeric"},
    {"name": "rings", "kind": "numeric"},
]
ROWS = 202_000
ROUNDS = 40
PATIENCE_SECONDS = 120

Train = Callable[[Path], Any]


@pytest.fixture(scope="module")
def lay(lay_job: Callable[..., Path]) -> Callable[[], Path]:
    """A job that takes a while and keeps checkpoints."""
    chance = random.Random(7)  # noqa: S311 - no secret
    rows: list[list[str]] = []
    for _ in range(ROWS):
        one, other = chance.random(), chance.random()
        rows.append([f"{one:.4f}", f"{other:.4f}", f"{one * other + chance.random():.3f}"])
    splits = {"train": rows[1000:], "validation": rows[:500], "test": rows[500:1000]}

    def build() -> Path:
        settings = {"rounds": ROUNDS, "trials": 1, "early_stopping_rounds": ROUNDS}
        base = lay_job(splits, COLUMNS, "rings", settings)
        (base / "checkpoints").mkdir()
        return base

    return build


@pytest.fixture(scope="module")
def uninterrupted(lay: Callable[[], Path], train: Train) -> Any:
    """The job as it is when nothing happens."""
    result = train(lay())
    assert result.exit_code == 0, result.output
    return result


def interrupt(base: Path, python: Path) -> int:
    """Start a job, send SIGTERM once something was kept, and return the exit code."""
    kept = base / "checkpoints" / "trial-0.json"
    command = [python, "-m", "training_image", "train"]
    environment = {"SAGEMAKER_BASE_DIR": str(base)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not kept.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
    return process.returncode


def test_a_job_that_was_interrupted_teaches_the_same_model(
    lay: Callable[[], Path], train: Train, uninterrupted: Any, image_python: Path
) -> None:
    base = lay()

    stopped = interrupt(base, image_python)
    before = json.loads((base / "checkpoints/trial-0.json").read_bytes())
    again = train(base)

    assert stopped == 143
    assert 0 < len(before["losses"]) < ROUNDS
    assert f"trial 1 goes on after round {len(before['losses'])}" in again.output
    models = [one.base / "model/model.onnx" for one in (again, uninterrupted)]
    assert models[0].read_bytes() == models[1].read_bytes()


def test_a_checkpoint_of_another_job_is_not_used(
    lay: Callable[[], Path], train: Train, uninterrupted: Any
) -> None:
    base = lay()
    kept = json.loads((uninterrupted.base / "checkpoints/trial-0.json").read_bytes())
    (base / "checkpoints/trial-0.json").write_text(json.dumps(kept | {"job": "another"}))

    result = train(base)

    assert result.exit_code == 0, result.output
    assert "a checkpoint of another job is not used" in result.output
    assert "goes on after" not in result.output
