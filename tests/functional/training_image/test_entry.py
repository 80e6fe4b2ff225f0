"""What a training container leaves beside the model, and what it refuses in one sentence."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.functional.training_image.conftest import ROOT, Result

COLUMNS: list[dict[str, Any]] = [
    {"name": "sex", "kind": "categorical", "values": ["M", "F", "I"]},
    {"name": "length", "kind": "numeric"},
    {"name": "young", "kind": "boolean"},
]
ROWS = [
    [("M", "F", "I")[i % 3], f"{i % 17}.5", ("true", "false")[i * 7 % 5 > 1]] for i in range(300)
]
SPLITS = {"train": ROWS, "validation": ROWS[:100], "test": ROWS[50:]}
SMALL = {"algorithm": "ensemble", "objective": "binary", "rounds": 30, "trials": 2}

LayJob = Callable[..., Path]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(image_python: Path) -> Start:
    """Start the container's entry with what its Dockerfile says and `train`, in a job's folder."""
    line = next(
        line
        for line in (ROOT / "training_image/Dockerfile").read_text().splitlines()
        if line.startswith("ENTRYPOINT")
    )
    python, *entry = json.loads(line.removeprefix("ENTRYPOINT"))
    assert python == "python"

    def run(base: Path, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [image_python, *entry, "train"],
            cwd=ROOT,
            env={"SAGEMAKER_BASE_DIR": str(base), "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run


def ended(base: Path, process: subprocess.Popen[str]) -> Result:
    """Wait for the end of a job."""
    output, _ = process.communicate(timeout=120)
    return Result(base, process.returncode, output)


def lay(lay_job: LayJob, splits: Mapping[str, Any] = SPLITS, **settings: object) -> Path:
    """Lay out a small job of labels."""
    return lay_job(splits, COLUMNS, "young", SMALL | settings)


def test_what_is_to_be_read_of_a_model_is_in_the_output_too(start: Start, lay_job: LayJob) -> None:
    base = lay(lay_job)

    result = ended(base, start(base))

    assert result.exit_code == 0, result.output
    found = {file.name: file.read_bytes() for file in (base / "output/data").iterdir()}
    assert sorted(found) == ["evaluation.json", "model-card.md", "predictions.csv"]
    assert all(found[name] == (base / "model" / name).read_bytes() for name in found)


@pytest.mark.parametrize(
    ("splits", "settings", "failure"),
    [
        ({"train": [*ROWS, ["M", "nan", "true"]]}, {}, "column 'length' of the train split does"),
        ({"test": [*ROWS, ["M", "1", ""]]}, {}, "column 'young' of the test split does not fit"),
        ({}, {"objective": "poisson"}, "the objective 'poisson' does not fit the target 'young'"),
        (
            {},
            {"monotone": {"width": "increasing"}},
            "training.monotone names a column that it cannot take",
        ),
    ],
)
def test_what_cannot_be_learnt_from_is_one_sentence_with_what_to_do(
    start: Start,
    lay_job: LayJob,
    splits: Mapping[str, Any],
    settings: Mapping[str, Any],
    failure: str,
) -> None:
    base = lay(lay_job, SPLITS | dict(splits), **settings)

    result = ended(base, start(base))

    assert result.exit_code == 1
    assert failure in result.failure
    assert result.failure.count("\n") == 0
    assert "Traceback" not in result.output
    assert not (base / "model").exists()
