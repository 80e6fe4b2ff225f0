"""What SageMaker asks of a training container: how it is started, stopped, and what it says."""

import json
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.training_image.conftest import ROOT, Result, Splits

Train = Callable[[Path], Result]
LayJob = Callable[..., Path]
RunWith = Callable[..., Result]

QUICK = {"rounds": 5, "trials": 1}
SMALL: list[dict[str, Any]] = [
    {"name": "owner", "kind": "categorical", "values": ["MARKER-ann", "MARKER-bob"]},
    {"name": "size", "kind": "numeric"},
    {"name": "price", "kind": "numeric"},
]
LABEL: dict[str, Any] = {"name": "price", "kind": "categorical", "values": ["cheap", "dear"]}
SECRET = "MARKER-of-the-environment"  # noqa: S105 - what must not be seen
RARE = "7417.25"
"""A number of each row, that would be seen if a row was."""


def rows_of(count: int, last: Callable[[int], str] = lambda place: f"{place % 7}.5") -> Splits:
    """Return splits of a small job."""
    owners = ("MARKER-ann", "MARKER-bob")
    rows = [[owners[i % 2], f"{i % 11}.{i % 9}", last(i)] for i in range(count)]
    half, part = count // 2, count // 4
    return {"train": rows[:half], "validation": rows[half : half + part], "test": rows[-part:]}


@pytest.fixture(scope="module")
def run_with(image_python: Path) -> RunWith:
    """Start the container's own entry point, with more in its environment."""

    def run(base: Path, **more: str) -> Result:
        entry = next(
            line for line in _dockerfile().splitlines() if line.startswith("ENTRYPOINT ")
        ).removeprefix("ENTRYPOINT ")
        program, *arguments = json.loads(entry)
        assert program == "python"
        done = subprocess.run(
            [image_python, *arguments, "train"],
            cwd=ROOT,
            env={"SAGEMAKER_BASE_DIR": str(base), **more},
            capture_output=True,
            text=True,
            check=False,
        )
        return Result(base, done.returncode, done.stdout + done.stderr)

    return run


def test_the_entry_point_is_a_list_whose_argument_is_the_verb(
    run_with: RunWith, lay_job: LayJob
) -> None:
    base = lay_job(rows_of(400), SMALL, "price", QUICK)

    result = run_with(base)

    assert result.exit_code == 0, result.output
    assert (base / "model/model.onnx").exists()
    assert not (base / "output/failure").exists()


def test_what_is_to_be_read_of_a_model_is_in_the_output_too(trained: Result) -> None:
    found = {file.name: file.read_bytes() for file in (trained.base / "output/data").iterdir()}

    assert sorted(found) == ["evaluation.json", "model-card.md", "predictions.csv"]
    assert all(found[name] == (trained.base / "model" / name).read_bytes() for name in found)


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("metric", ["rmse", "mae", "r2"])
def test_each_metric_has_the_one_line_that_its_definition_reads(
    trained: Result, metric: str, split: str
) -> None:
    definition = f"metric {metric}=([-+0-9.eE]+) split={split}"  # as `dags.requests` has it

    found = re.findall(definition, trained.output)

    assert len(found) == 1
    assert float(found[0]) > 0


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_a_split_without_rows_is_named_with_what_to_do(
    train: Train, lay_job: LayJob, split: str
) -> None:
    base = lay_job({**rows_of(400), split: []}, SMALL, "price", QUICK)

    result = train(base)

    assert_told(result, f"the {split} split has no rows; add data, or give {split} a larger share")


@pytest.mark.parametrize("channel", ["dataset", "train", "validation", "test"])
def test_a_channel_that_is_missing_is_named_with_what_to_do(
    train: Train, lay_job: LayJob, channel: str
) -> None:
    base = lay_job(rows_of(400), SMALL, "price", QUICK)
    shutil.rmtree(base / "input/data" / channel)

    result = train(base)

    assert_told(
        result,
        f"the channel '{channel}' is missing;"
        f" give the training job an input channel named '{channel}'",
    )


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("objective", ["squared_error", "binary"])
def test_a_target_of_one_value_is_told_with_what_to_do(
    train: Train, lay_job: LayJob, split: str, objective: str
) -> None:
    labels = objective == "binary"
    splits = rows_of(400, lambda place: ("cheap", "dear")[place % 3 % 2] if labels else f"{place}")
    only = "dear" if labels else "4"
    splits = {**splits, split: [[*row[:-1], only] for row in splits[split]]}
    columns = [*SMALL[:2], LABEL if labels else SMALL[2]]

    result = train(lay_job(splits, columns, "price", {**QUICK, "objective": objective}))

    assert_told(
        result,
        f"the target 'price' has one value only in the {split} split;"
        " add rows with other values, or choose another target",
    )


@pytest.mark.parametrize("place", [1, 2])
def test_a_number_that_is_none_is_told_with_its_column(
    train: Train, lay_job: LayJob, place: int
) -> None:
    splits = rows_of(400)
    bad = [*splits["train"][7]]
    bad[place] = "NaN"
    splits = {**splits, "train": [*splits["train"], bad]}

    result = train(lay_job(splits, SMALL, "price", QUICK))

    assert_told(
        result,
        f"column '{SMALL[place]['name']}' of the train split does not fit the schema;"
        " found a NaN; expected finite numbers only;"
        " make the dataset anew: its contract should have refused this row",
    )


def test_a_direction_of_a_column_that_is_not_there_is_told(train: Train, lay_job: LayJob) -> None:
    settings = {**QUICK, "monotone": {"width": "increasing"}}

    result = train(lay_job(rows_of(400), SMALL, "price", settings))

    assert_told(
        result,
        "training.monotone names a column that it cannot take;"
        " found 'width'; expected one of size; correct the model file",
    )


def test_a_row_without_a_label_is_told(train: Train, lay_job: LayJob) -> None:
    splits = rows_of(400, lambda place: ("cheap", "dear")[place % 2])
    splits = {**splits, "test": [*splits["test"], ["MARKER-ann", "1", ""]]}

    result = train(lay_job(splits, [*SMALL[:2], LABEL], "price", {**QUICK, "objective": "binary"}))

    assert result.exit_code == 1
    assert result.failure.startswith("column 'price' of the test split does not fit the schema")
    assert "\n" not in result.failure
    assert not (result.base / "model").exists()


def assert_told(result: Result, sentence: str) -> None:
    """It failed, said why in one line, and left no model."""
    assert result.exit_code == 1, result.output
    assert result.failure == sentence
    assert "Traceback" not in result.output
    assert not (result.base / "model").exists()


def test_a_long_cause_is_cut_where_sagemaker_cuts_it(train: Train, lay_job: LayJob) -> None:
    columns = [*SMALL, *({"name": f"c{place}" * 20, "kind": "numeric"} for place in range(100))]
    splits = {name: [[*row, *["1"] * 100] for row in rows] for name, rows in rows_of(40).items()}
    settings = {**QUICK, "exclude": ["unknown"]}

    result = train(lay_job(splits, columns, "price", settings))

    assert result.exit_code == 1
    assert result.failure.startswith("training.features.exclude names a column")
    assert len(result.failure) == 1_024


@pytest.mark.parametrize("algorithm", ["xgboost", "ensemble"])
def test_neither_rows_nor_environment_are_in_the_log(
    run_with: RunWith, lay_job: LayJob, algorithm: str
) -> None:
    splits = {
        name: [
            [row[0], RARE if place % 5 == 0 else row[1], row[2]] for place, row in enumerate(rows)
        ]
        for name, rows in rows_of(400).items()
    }
    base = lay_job(splits, SMALL, "price", QUICK, algorithm=algorithm)

    result = run_with(base, AWS_SECRET_ACCESS_KEY=SECRET, PYTHONWARNINGS="default")

    assert result.exit_code == 0, result.output
    assert not hidden(result.output)


def hidden(text: str) -> list[str]:
    """Return what should not be in a text, and is."""
    return re.findall(rf"MARKER[-\w]*|{re.escape(RARE)}", text)


def test_the_same_input_gives_the_same_model_in_any_process(
    run_with: RunWith, lay_job: LayJob, abalone: Splits
) -> None:
    results = [
        run_with(lay_job(abalone, hyperparameters=QUICK, algorithm="ensemble"), PYTHONHASHSEED=seed)
        for seed in ("1", "2")
    ]

    assert [one.exit_code for one in results] == [0, 0]
    one, other = ((each.base / "model/model.onnx").read_bytes() for each in results)
    assert one == other


@pytest.mark.parametrize("algorithm", ["xgboost", "ensemble"])
def test_a_small_job_that_was_interrupted_starts_again_to_the_same_model(
    image_python: Path, run_with: RunWith, lay_job: LayJob, abalone: Splits, algorithm: str
) -> None:
    settings = {"rounds": 60, "trials": 2}
    base, undisturbed = (
        lay_job(abalone, hyperparameters=settings, algorithm=algorithm) for _ in range(2)
    )
    (base / "checkpoints").mkdir()

    stopped = interrupt(base, image_python)
    again, once = run_with(base), run_with(undisturbed)

    assert stopped == 143
    assert [again.exit_code, once.exit_code] == [0, 0]
    one, other = ((each.base / "model/model.onnx").read_bytes() for each in (again, once))
    assert one == other


def interrupt(base: Path, python: Path) -> int:
    """Start a job, send SIGTERM while trees grow, and return the exit code."""
    command = [python, "-m", "training_image", "train"]
    environment = {"SAGEMAKER_BASE_DIR": str(base), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("rows "):
                break
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    return process.returncode


def _dockerfile() -> str:
    return (ROOT / "training_image/Dockerfile").read_text()
