"""A training job on the real abalone sample, in the image's own environment."""

import csv
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Train = Callable[[Path], Any]
LayJob = Callable[..., Path]


def test_the_model_beats_its_baselines(trained: Any) -> None:
    evaluation = trained.document("evaluation.json")

    rmse = {
        "model": evaluation["metrics"]["rmse"]["value"],
        **{name: one["rmse"]["value"] for name, one in evaluation["baselines"].items()},
    }

    assert rmse["model"] < 2.2
    assert rmse["model"] < rmse["linear"] < rmse["constant"]


def test_the_evaluation_says_all_that_the_gate_and_the_report_need(trained: Any) -> None:
    evaluation = trained.document("evaluation.json")

    assert evaluation["rows"] == {"train": 2932, "validation": 622, "test": 623}
    assert set(evaluation["metrics"]) == {"rmse", "mae", "r2"}
    assert all(one["low"] < one["value"] < one["high"] for one in evaluation["metrics"].values())
    assert evaluation["parity"]["rows"] == 623
    assert evaluation["parity"]["largest_difference"] < 1e-4
    assert len(evaluation["importance"]) == 8
    assert evaluation["importance"][0]["increase"] > 0.3
    assert len(evaluation["examples"]) == 20


def test_predictions_of_all_test_rows_are_kept(trained: Any) -> None:
    lines = _predictions(trained.base / "model/predictions.csv")

    examples = trained.document("evaluation.json")["examples"]

    assert len(lines) == 623
    assert [float(line["prediction"]) for line in lines[:20]] == [
        example["prediction"] for example in examples
    ]
    assert [float(line["target"]) for line in lines[:20]] == [
        example["target"] for example in examples
    ]


def test_metric_lines_can_be_read_by_a_regular_expression(trained: Any) -> None:
    rmse = re.findall(r"metric rmse=([0-9.eE+-]+) split=test", trained.output)

    value = trained.document("evaluation.json")["metrics"]["rmse"]["value"]

    assert [float(found) for found in rmse] == [pytest.approx(value, abs=1e-5)]


def test_no_row_is_in_the_log(trained: Any) -> None:
    row = trained.document("evaluation.json")["examples"][0]["row"]

    assert row not in trained.output


def test_the_same_input_gives_the_same_bytes(
    trained: Any, train: Train, lay_job: LayJob, abalone: Any
) -> None:
    again = train(lay_job(abalone))

    for name in ("model.onnx", "schema.json", "evaluation.json", "predictions.csv"):
        assert (again.base / "model" / name).read_bytes() == (
            trained.base / "model" / name
        ).read_bytes()


def test_another_objective_and_other_columns_are_a_model_too(train: Train, lay_job: LayJob) -> None:
    columns: list[dict[str, Any]] = [
        {"name": "size", "kind": "numeric", "nullable": True},
        {"name": "price", "kind": "numeric"},
        {
            "name": "colour",
            "kind": "categorical",
            "values": ["sea green", 'a "b", c'],
            "nullable": True,
        },
        {"name": "shape", "kind": "categorical", "values": ["round"]},
        {"name": "sold", "kind": "date", "format": "%Y%m%d", "features": ["day", "epoch_days"]},
    ]
    rows = [
        [
            *(str(i) if i % 7 else "", str(i * 2 + i % 3)),
            *(("", "sea green", 'a "b", c')[i % 3], "round", f"202401{1 + i % 31:02}"),
        ]
        for i in range(400)
    ]
    splits = {"train": rows[:250], "validation": rows[250:320], "test": rows[320:]}
    job = lay_job(splits, columns, "price", {"objective": "absolute_error", "rounds": 50})

    result = train(job)

    assert result.exit_code == 0, result.output
    assert (
        result.document("evaluation.json")["examples"][0]["row"]
        == '320,"a ""b"", c",round,20240111'
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("numeric", ("1", "2", "3")),
        ("categorical", ("1", "2", "3")),
        ("boolean", ("true", "false", "")),
    ],
)
def test_features_of_one_kind_are_enough(
    train: Train, lay_job: LayJob, kind: str, fields: tuple[str, ...]
) -> None:
    columns: list[dict[str, Any]] = [
        {"name": "x", "kind": kind, "values": ["1", "2", "3"], "nullable": True},
        {"name": "y", "kind": "numeric"},
    ]
    rows = [[fields[i % 3], str(i % 3 + i % 2)] for i in range(90)]
    splits = {"train": rows[:60], "validation": rows[60:75], "test": rows[75:]}

    result = train(lay_job(splits, columns, "y"))

    assert result.exit_code == 0, result.output


def test_a_misspelt_hyperparameter_fails_the_job(
    train: Train, lay_job: LayJob, abalone: Any
) -> None:
    result = train(lay_job(abalone, hyperparameters={"max_dept": 3}))

    assert result.exit_code == 1
    assert "did you mean 'max_depth'" in result.failure


def test_a_failure_leaves_no_model(train: Train, lay_job: LayJob, abalone: Any) -> None:
    result = train(lay_job({**abalone, "train": [["X"] * 9]}))

    assert not (result.base / "model").exists()
    assert len(result.failure) <= 1_024


def test_a_missing_file_of_hyperparameters_is_told(train: Train, tmp_path: Path) -> None:
    result = train(tmp_path)

    assert result.exit_code == 1
    assert "hyperparameters.json cannot be read" in result.failure


def test_a_model_folder_that_cannot_be_written_names_the_path(
    train: Train, lay_job: LayJob, abalone: Any
) -> None:
    base = lay_job(abalone, hyperparameters={"rounds": 5})
    (base / "model").write_text("a file where the folder should be")

    result = train(base)

    assert result.exit_code == 1
    assert str(base / "model") in result.failure


def test_sigterm_ends_a_training(image_python: Path, lay_job: LayJob, abalone: Any) -> None:
    base = lay_job(
        abalone,
        hyperparameters={
            "rounds": 100_000,
            "early_stopping_rounds": 100_000,
            "learning_rate": 0.0001,
        },
    )
    command = [image_python, "-m", "training_image", "train"]
    process = subprocess.Popen(
        command,
        cwd=Path(__file__).parents[3],
        env={"SAGEMAKER_BASE_DIR": str(base), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()  # the rows are read: the trees are growing

    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    assert process.returncode == 143
    assert time.monotonic() - began < 5


def test_there_are_three_verbs(image_python: Path) -> None:
    done = subprocess.run(
        [image_python, "-m", "training_image", "predict"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "expected 'train', 'evaluate' or 'serve', found ['predict']" in done.stderr


def _predictions(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text().splitlines()))


def test_a_full_disk_is_named_with_what_to_do(train: Train, lay_job: LayJob, abalone: Any) -> None:
    base = lay_job(abalone, hyperparameters={"rounds": 2, "trials": 1})
    (base / "model").mkdir()
    (base / "model/model.onnx").symlink_to("/dev/full")

    result = train(base)

    assert result.exit_code == 1
    assert result.failure == "the disk is full; raise training.volume_gb in the model file"


def test_a_cause_that_cannot_be_written_is_in_the_log(
    train: Train, lay_job: LayJob, abalone: Any
) -> None:
    base = lay_job({name: abalone[name] for name in ("train", "test")})
    (base / "output").mkdir()
    (base / "output/failure").symlink_to("/dev/full")

    result = train(base)

    assert result.exit_code == 1
    assert "failed: the channel 'validation' is missing" in result.output
