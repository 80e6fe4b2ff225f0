"""The zip as staging builds it, in a real Airflow's DagBag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.dags.conftest import airflow, fill
from tests.unit.dags import builders

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAVY = ("pandas", "numpy", "duckdb", "xgboost", "onnxruntime", "pyspark", "sagemaker", "pulumi")

BROKEN_SETTINGS = {
    "missing": (None, "can't be read (No such file or directory)"),
    "empty": ("", "is no complete JSON document"),
    "truncated": ('{"format": 1, "region": "us-', "is no complete JSON document"),
    "incomplete": ('{"format": 1, "region": "us-east-1"}', "account_id: found nothing"),
}


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """Return what Airflow makes of several DAGs folders; it is started once for all of them."""
    home = tmp_path_factory.mktemp("airflow")
    abalone = (builders.ROOT / "models" / "abalone.yaml").read_text()
    wine = abalone.replace("name: abalone", "name: wine").encode()
    folders = {
        "sound": fill(home / "sound"),
        "two": fill(home / "two", models={"models/wine.yaml": wine}),
        "broken model": fill(home / "model", models={"models/wine.yaml": b"name: wine\n"}),
        **{name: fill(home / name, text) for name, (text, _) in BROKEN_SETTINGS.items()},
    }
    answers = airflow(home, "parse", *map(str, folders.values()))
    return dict(zip(folders, answers, strict=True))


def test_the_zip_holds_a_dag_for_each_model(parsed: Mapping[str, dict[str, Any]]) -> None:
    found = parsed["sound"]

    assert found["errors"] == {}
    assert list(found["dags"]) == ["retrain-abalone"]
    assert all("retrain.zip" in file for file in found["files"])


def test_parsing_imports_nothing_heavy(parsed: Mapping[str, dict[str, Any]]) -> None:
    assert not set(HEAVY) & set(parsed["sound"]["modules"])


def test_a_second_model_file_is_a_second_dag(parsed: Mapping[str, dict[str, Any]]) -> None:
    dags = parsed["two"]["dags"]

    assert sorted(dags) == ["retrain-abalone", "retrain-wine"]
    assert dags["retrain-wine"] == dags["retrain-abalone"]


@pytest.mark.parametrize("name", BROKEN_SETTINGS)
def test_settings_that_cannot_be_used_are_one_clear_error(
    parsed: Mapping[str, dict[str, Any]], name: str
) -> None:
    found = parsed[name]

    (error,) = found["errors"].values()
    last = error.strip().splitlines()[-1]
    assert found["dags"] == {}
    assert f"{name}/settings/stack.json" in last
    assert BROKEN_SETTINGS[name][1] in last
    assert "pulumi up" in last


def test_a_model_file_that_cannot_be_used_is_named(parsed: Mapping[str, dict[str, Any]]) -> None:
    (error,) = parsed["broken model"]["errors"].values()

    assert "models/wine.yaml" in error
