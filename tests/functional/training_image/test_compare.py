"""A new model beside the one in service, as a job of its own."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.training_image import container

if TYPE_CHECKING:
    from collections.abc import Callable

    Train = Callable[[Path], Any]
    LayJob = Callable[..., Path]
    Compare = Callable[..., Any]

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def worse(train: Train, lay_job: LayJob, abalone: Any) -> Any:
    """A model that stopped learning too soon."""
    result = train(lay_job(abalone, hyperparameters={"rounds": 3, "trials": 1}))
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def compare(image_python: Path, tmp_path: Path) -> Compare:
    """Lay out a comparison job from two trainings, and run it."""

    def run(ours: Any, theirs: Any, **hyperparameters: object) -> Any:
        base = tmp_path / "ml"
        shutil.copytree(ours.base / "input/data/test", base / "input/data/test")
        for name, one in (("ours", ours), ("theirs", theirs)):
            channel = base / "input/data" / name
            channel.mkdir(parents=True)
            with tarfile.open(channel / "model.tar.gz", "w:gz") as packed:
                for file in sorted((one.base / "model").iterdir()):
                    packed.add(file, f"./{file.name}")
        config = base / "input/config/hyperparameters.json"
        config.parent.mkdir()
        config.write_text(json.dumps({name: str(one) for name, one in hyperparameters.items()}))
        done = container.run(image_python, "evaluate", base)
        return type(ours)(base, done.returncode, done.stdout + done.stderr)

    return run


def test_a_model_that_is_worse_by_more_than_chance_is_told(
    compare: Compare, trained: Any, worse: Any
) -> None:
    result = compare(worse, trained, metric="rmse", level=0.9)

    assert result.exit_code == 0, result.output
    found = result.document("comparison.json")
    assert found["not_worse"] is False
    assert found["difference"]["low"] > 0
    assert found["rows"] == 623
    assert found["theirs"]["rmse"]["value"] == pytest.approx(
        trained.document("evaluation.json")["metrics"]["rmse"]["value"]
    )


def test_a_better_model_is_not_worse(compare: Compare, trained: Any, worse: Any) -> None:
    found = compare(trained, worse, metric="r2").document("comparison.json")

    assert found["not_worse"] is True
    assert found["direction"] == "higher"
    assert found["difference"]["low"] > 0


def test_a_model_is_not_worse_than_itself(compare: Compare, trained: Any) -> None:
    found = compare(trained, trained).document("comparison.json")

    assert (found["metric"], found["level"], found["not_worse"]) == ("rmse", 0.9, True)
    assert found["difference"] == {"value": 0, "low": 0, "high": 0}


def test_the_model_in_service_may_know_fewer_columns(
    compare: Compare, train: Train, lay_job: LayJob, abalone: Any, trained: Any
) -> None:
    columns = trained.document("schema.json")["columns"]
    fewer = {name: [[*row[:2], *row[4:]] for row in rows] for name, rows in abalone.items()}
    theirs = train(lay_job(fewer, [*columns[:2], *columns[4:]], hyperparameters={"trials": 1}))
    assert theirs.exit_code == 0, theirs.output

    found = compare(trained, theirs).document("comparison.json")

    assert found["incomparable"] is None
    assert found["theirs"]["rmse"]["value"] == pytest.approx(
        theirs.document("evaluation.json")["metrics"]["rmse"]["value"]
    )


def test_a_model_of_another_contract_is_not_compared(
    compare: Compare, train: Train, lay_job: LayJob, abalone: Any, trained: Any
) -> None:
    columns = [dict(one) for one in trained.document("schema.json")["columns"]]
    columns[1]["name"] = "breadth"
    theirs = train(lay_job(abalone, columns, hyperparameters={"rounds": 2, "trials": 1}))

    result = compare(trained, theirs)

    assert result.exit_code == 0, result.output
    found = result.document("comparison.json")
    assert found["not_worse"] is None
    assert "another contract; found the column 'breadth' (numeric)" in found["incomparable"]


def test_a_damaged_archive_of_the_new_model_fails_the_job(
    compare: Compare, trained: Any, tmp_path: Path
) -> None:
    ours = type(trained)(tmp_path / "ours", 0, "")
    shutil.copytree(trained.base, ours.base)
    (ours.base / "model/model.onnx").write_bytes(b"damaged")

    result = compare(ours, trained)

    assert result.exit_code == 1
    assert "damaged" in result.failure


def test_a_metric_that_the_objective_has_not_fails_the_job(compare: Compare, trained: Any) -> None:
    result = compare(trained, trained, metric="roc_auc")

    assert result.exit_code == 1
    assert "expected one of rmse, mae, r2" in result.failure


def test_many_test_rows_are_compared_by_a_sample_of_them(
    compare: Compare, trained: Any, tmp_path: Path, abalone: Any
) -> None:
    many = [",".join(row) for row in abalone["test"]] * 322
    ours = type(trained)(tmp_path / "ours", 0, "")
    shutil.copytree(trained.base / "model", ours.base / "model")
    test = ours.base / "input/data/test/part-00000.csv"
    test.parent.mkdir(parents=True)
    test.write_text("\n".join(many))

    result = compare(ours, trained)

    assert result.exit_code == 0, result.output
    found = result.document("comparison.json")
    assert (found["rows"], found["sampled"]) == (len(many), {"test": 200_000})
    assert f"sampled rows test=200000 of {len(many)}" in result.output
    assert found["ours"]["rmse"]["value"] == pytest.approx(
        trained.document("evaluation.json")["metrics"]["rmse"]["value"], rel=0.05
    )
