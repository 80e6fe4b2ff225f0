"""Labels instead of numbers: rare ones, missing ones, words with gaps beside numbers with gaps."""

from __future__ import annotations

import csv
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.functional.training_image.container import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Train = Callable[[Path], Any]
    LayJob = Callable[..., Path]

COLUMNS: list[dict[str, Any]] = [
    {"name": "size", "kind": "numeric", "nullable": True},
    {"name": "weight", "kind": "numeric"},
    {"name": "colour", "kind": "categorical", "values": ["red", "sea green"], "nullable": True},
]
FRAUD = {"name": "fraud", "kind": "boolean"}
SPECIES = {"name": "species", "kind": "categorical", "values": ["cat", "dog", "emu", "owl"]}


def rows_of(kinds: list[str], odds: list[float], rows: int, seed: int = 0) -> list[list[str]]:
    """Return rows of classes that differ in size and colour, with gaps in both."""
    generator = np.random.default_rng(seed)
    found: list[list[str]] = []
    for place in generator.choice(len(kinds), rows, p=odds).tolist():
        size = f"{generator.normal(place * 1.5, 1):.4f}" if generator.random() > 0.1 else ""
        colour = ("red", "sea green", "")[int(generator.random() * (1 + place) * 1.4) % 3]
        found.append([size, f"{generator.gamma(4, 1 + place / 2):.4f}", colour, kinds[place]])
    return found


def splits_of(rows: list[list[str]]) -> dict[str, list[list[str]]]:
    first, second = int(len(rows) * 0.6), int(len(rows) * 0.8)
    return {"train": rows[:first], "validation": rows[first:second], "test": rows[second:]}


@pytest.fixture(scope="module")
def rare(train: Train, lay_job: LayJob) -> Any:
    """A model of something that is so in one row of twenty."""
    splits = splits_of(rows_of(["false", "true"], [0.95, 0.05], 4_000))
    settings = {"objective": "binary", "algorithm": "ensemble", "trials": 1}
    result = train(lay_job(splits, [*COLUMNS, FRAUD], "fraud", settings))
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def many(train: Train, lay_job: LayJob) -> Any:
    """A model of four classes, of which the validation rows have three."""
    kinds = SPECIES["values"]
    splits = splits_of(rows_of(list(kinds), [0.4, 0.3, 0.2, 0.1], 1_500))
    splits["validation"] = [row for row in splits["validation"] if row[-1] != "owl"]
    settings = {"objective": "multiclass", "algorithm": "ensemble", "trials": 1}
    result = train(lay_job(splits, [*COLUMNS, SPECIES], "species", settings))
    assert result.exit_code == 0, result.output
    return result


def test_a_rare_class_is_found_better_than_by_its_share(rare: Any) -> None:
    evaluation = rare.document("evaluation.json")

    areas = {
        name: metrics["pr_auc"]["value"]
        for name, metrics in [*evaluation["baselines"].items(), ("model", evaluation["metrics"])]
    }

    assert areas["constant"] < 0.1
    assert areas["model"] > 3 * areas["constant"]
    assert areas["linear"] > 2 * areas["constant"]


def test_the_evaluation_of_labels_says_all_that_gate_and_report_need(rare: Any) -> None:
    evaluation = rare.document("evaluation.json")

    assert evaluation["format"] == 2
    assert evaluation["objective"] == "binary"
    assert evaluation["classes"] == ["false", "true"]
    assert set(evaluation["metrics"]) == set(evaluation["directions"])
    assert all(one["low"] <= one["value"] <= one["high"] for one in evaluation["metrics"].values())
    assert sum(one["rows"] for one in evaluation["calibration"]) == 800
    assert {one["column"] for one in evaluation["slices"]} == {"size", "weight", "colour"}
    assert evaluation["trained"]["algorithm"] == "ensemble"
    assert "residuals" not in evaluation


def test_an_example_says_label_and_probabilities(rare: Any) -> None:
    example = rare.document("evaluation.json")["examples"][0]

    assert example["target"] in ("false", "true")
    assert example["prediction"]["label"] in ("false", "true")
    assert sum(example["prediction"]["probabilities"]) == pytest.approx(1)


def test_serving_finds_objective_and_classes_beside_the_columns(rare: Any) -> None:
    schema = rare.document("schema.json")

    assert (schema["objective"], schema["classes"]) == ("binary", ["false", "true"])


def test_metric_lines_tell_of_labels(rare: Any) -> None:
    assert "metric roc_auc=0." in rare.output
    assert "metric log_loss=0." in rare.output


def test_a_class_that_validation_misses_is_learnt(many: Any) -> None:
    with (many.base / "model/predictions.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))

    assert {line["prediction"] for line in lines} == set(SPECIES["values"])
    assert many.document("evaluation.json")["metrics"]["roc_auc"]["value"] > 0.75


def test_no_label_is_in_the_log_of_a_failure(train: Train, lay_job: LayJob) -> None:
    splits = splits_of(rows_of(["false", "true"], [0.5, 0.5], 200))
    splits["train"] = [[*row[:-1], "false"] for row in splits["train"]]

    result = train(lay_job(splits, [*COLUMNS, FRAUD], "fraud", {"objective": "binary"}))

    assert result.exit_code == 1
    assert "one value only in the train split" in result.failure


def test_a_count_below_zero_is_told(train: Train, lay_job: LayJob) -> None:
    splits = splits_of(rows_of(["-1", "2"], [0.5, 0.5], 100))
    number = {"name": "y", "kind": "numeric"}

    result = train(lay_job(splits, [*COLUMNS, number], "y", {"objective": "poisson"}))

    assert result.exit_code == 1
    assert "target of the train split is below zero; found -1" in result.failure


@pytest.mark.parametrize(
    ("column", "objective", "fitting"),
    [
        (FRAUD, "squared_error", "binary"),
        (SPECIES, "binary", "multiclass"),
        ({"name": "y", "kind": "numeric"}, "binary", "squared_error, absolute_error or poisson"),
    ],
)
def test_a_wrong_objective_is_told_with_what_fits(
    train: Train, lay_job: LayJob, column: dict[str, Any], objective: str, fitting: str
) -> None:
    labels = {"boolean": ["false", "true"], "categorical": ["cat", "dog"], "numeric": ["1", "2"]}
    splits = splits_of(rows_of(labels[column["kind"]], [0.5, 0.5], 100))

    result = train(lay_job(splits, [*COLUMNS, column], column["name"], {"objective": objective}))

    assert result.exit_code == 1
    assert f"the objective '{objective}' does not fit" in result.failure
    assert fitting in result.failure


WEIGHED = """
import sys
import numpy as np
from training_image.dataset import Split
from training_image.features import Features
from training_image.hyperparameters import Hyperparameters
from training_image.learning import task_of
from training_image.schema import Column, Schema
schema = Schema((Column("x", "numeric"), Column("y", "boolean")), "y")
target = np.array([1.0] + [0.0] * 9)
features = Features(np.arange(10, dtype=np.float32)[:, None], np.empty((10, 0)))
rows = Split("train", features, target, ())
chosen = Hyperparameters(objective="binary", class_weights=sys.argv[1])
losses = task_of(rows, schema, chosen).losses(rows, np.full((10, 2), 0.5, dtype=np.float32))
print(losses[0], losses[1:].sum())
"""


@pytest.mark.parametrize(("weights", "common"), [("balanced", 1), ("none", 9)])
def test_choices_weigh_rows_as_learning_does(
    image_python: Path, weights: str, common: float
) -> None:
    done = subprocess.run(
        [image_python, "-c", WEIGHED, weights], cwd=ROOT, capture_output=True, check=True
    )

    rare, rest = map(float, done.stdout.split())

    assert rest / rare == pytest.approx(common)
