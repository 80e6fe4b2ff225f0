"""The timeline learns of DAG runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fake_airflow import FakeAirflow
from twin import runs
from twin.airflow.rest import Answer
from twin.runs import Runs, artifact_bucket

if TYPE_CHECKING:
    from twin.cloud import Cloud
    from twin.settings import Workspace

BUCKET = "artifacts"
DAG, RUN = "retrain-abalone", "push-1"


@pytest.fixture
def airflow(workspace: Workspace) -> FakeAirflow:
    return FakeAirflow(workspace)


@pytest.fixture
def followed(cloud: Cloud, airflow: FakeAirflow) -> Runs:
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    return Runs(cloud, airflow, "airflow-mlops-twin-Task")


def write_record(cloud: Cloud, outcome: str, **facts: object) -> str:
    record = {"dag_id": DAG, "run_id": RUN, "outcome": outcome, "reason": "so it is", **facts}
    key = f"runs/abalone/{RUN}.json"
    cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(record).encode())
    return key


def airflow_says(airflow: FakeAirflow, state: str) -> None:
    found = {"dag_id": DAG, "dag_run_id": RUN, "state": state}
    airflow.answers["/dags/~/dagRuns"] = Answer(200, {"dag_runs": [found]})


def told(cloud: Cloud) -> list[tuple[str, str]]:
    entries = cloud.timeline.entries()
    assert {(entry.run, entry.resource) for entry in entries} <= {(RUN, DAG)}
    return [(entry.state, entry.fact) for entry in entries]


@pytest.mark.parametrize("outcome", ["deployed", "unchanged", "superseded", "waiting"])
def test_a_record_ends_its_run(cloud: Cloud, followed: Runs, outcome: str) -> None:
    key = write_record(cloud, outcome)

    followed.recorded(BUCKET, key)

    assert told(cloud) == [("started", ""), ("succeeded", f"{outcome}: so it is")]


@pytest.mark.parametrize("outcome", ["failed", "rejected"])
def test_an_outcome_to_look_at_is_a_failure(cloud: Cloud, followed: Runs, outcome: str) -> None:
    key = write_record(cloud, outcome, cause="disk full", log="/aws-glue/jobs/output/jr_1")

    followed.recorded(BUCKET, key)

    entry = cloud.timeline.entries()[-1]
    assert (entry.state, entry.fact) == ("failed", f"{outcome}: disk full")
    assert entry.log == "/aws-glue/jobs/output/jr_1"


def test_a_run_starts_and_ends_once(cloud: Cloud, followed: Runs, airflow: FakeAirflow) -> None:
    followed.started(DAG, RUN)
    key = write_record(cloud, "deployed")
    followed.recorded(BUCKET, key)
    followed.recorded(BUCKET, key)
    airflow_says(airflow, "success")
    followed.look()

    assert [state for state, _ in told(cloud)] == ["started", "succeeded"]


def test_a_run_that_a_person_started_is_found(
    cloud: Cloud, followed: Runs, airflow: FakeAirflow
) -> None:
    airflow_says(airflow, "running")

    followed.look()

    assert told(cloud) == [("started", "")]


def test_a_run_without_a_record_is_a_failure_with_its_last_words(
    cloud: Cloud, followed: Runs, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "RECORD_SECONDS", -1.0)
    airflow_says(airflow, "failed")
    airflow.tasks = [{"task_id": "resolve", "state": "failed", "try_number": 2}]
    airflow.log = ["ImportError: no module named duck", "Rescheduling"]

    followed.look()

    state, fact = told(cloud)[-1]
    assert state == "failed"
    assert fact == (
        "ended as failed in Airflow, without an outcome record;"
        " task resolve: ImportError: no module named duck"
    )


def test_a_run_has_time_to_write_its_record(
    cloud: Cloud, followed: Runs, airflow: FakeAirflow
) -> None:
    airflow_says(airflow, "success")

    followed.look()

    assert told(cloud) == [("started", "")]


def test_other_objects_are_no_records(cloud: Cloud, followed: Runs) -> None:
    followed.recorded(BUCKET, "datasets/abalone/1/manifest.json")

    assert told(cloud) == []


@pytest.mark.parametrize("settings", [b"", b"{", b"[]", b'{"artifact_bucket": 1}'])
def test_broken_settings_name_no_bucket(settings: bytes) -> None:
    assert artifact_bucket(settings) is None
