"""Flow 4: raw files start retrainings, and a second model is a second file."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from twin.timeline import read_entries

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.project import Project

HARBOUR = """\
name: harbour
description: Price of a catch at the quay.
data:
  format: {type: csv, delimiter: ";", header: true}
  columns:
    - {name: ship, kind: categorical, values: [north star, old bell, sea wolf]}
    - {name: price, kind: numeric, min: 0, max: 1000}
    - {name: weight, kind: numeric, min: 0, max: 100}
    - {name: crew, kind: integer, min: 1, max: 20}
  target: price
training:
  algorithm: xgboost
  objective: squared_error
  hyperparameters: {rounds: 200, max_depth: 3, learning_rate: 0.1}
evaluation: {metric: rmse, limit: 60, baselines: [constant, linear]}
"""
FACTORS = {"north star": 1.0, "old bell": 2.5, "sea wolf": 4.0}


def harbour_rows(count: int) -> str:
    """Return a file whose price is a product, which no straight line follows."""
    source = random.Random(7)  # noqa: S311 - test data, not secrets
    lines = ["ship;price;weight;crew"]
    for _ in range(count):
        ship = source.choice(sorted(FACTORS))
        weight, crew = source.uniform(1, 50), source.randint(1, 8)
        lines.append(f"{ship};{FACTORS[ship] * weight + 10 * (crew % 3):.2f};{weight:.2f};{crew}")
    return "\n".join(lines) + "\n"


def test_an_uploaded_file_retrains_its_model(project: Project, tmp_path: Path) -> None:
    before = project.outcome()
    rows = ["M,0.5,0.4,0.12,0.6,0.25,0.12,0.18,10", "F,0.6,0.47,0.15,1.1,0.45,0.24,0.3,11"]
    file = tmp_path / "more.csv"
    file.write_text("\n".join(rows * 20) + "\n", encoding="utf-8")

    uploaded = project.verb("upload", "abalone", str(file))

    record = project.outcome()
    assert uploaded.returncode == 0, uploaded.stdout + uploaded.stderr
    assert record["started_by"] == "data"
    assert record["outcome"] in {"deployed", "rejected"}
    assert record["dataset_id"] != before["dataset_id"]


def test_a_file_for_an_unknown_model_is_ignored_and_counted(project: Project) -> None:
    runs = len(project.outcomes())
    bucket = project.running.outputs["data_bucket"]

    project.client("s3").put_object(Bucket=bucket, Key="raw/nobody/rows.csv", Body=b"1,2\n")

    def ignored() -> bool:
        entries = read_entries(project.workspace.last / "timeline.jsonl")
        return any(entry.state == "ignored" and "nobody" in entry.fact for entry in entries)

    project.wait_until(ignored)
    assert len(project.outcomes()) == runs
    assert "nobody" in project.verb("logs", "trigger").stdout


def test_a_second_model_waits_for_data_and_trains_with_its_first_file(
    project: Project, tmp_path: Path
) -> None:
    project.write("models/harbour.yaml", HARBOUR)
    pushed = project.verb("push")
    waiting = project.outcome("harbour")
    file = tmp_path / "catch.csv"
    file.write_text(harbour_rows(1500), encoding="utf-8")

    uploaded = project.verb("upload", "harbour", str(file))

    trained = project.outcome("harbour")
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    assert waiting["outcome"] == "waiting"
    assert uploaded.returncode == 0, uploaded.stdout + uploaded.stderr
    assert trained["outcome"] == "deployed"
    answer = project.ask("sea wolf,10,3", model="harbour")
    assert answer.ok, answer.text
    assert 25 < float(answer.text) < 75
