"""What came of a run."""

from __future__ import annotations

from typing import Any

import pytest

from dags.outcome import STEPS, Traces, conclude
from tests.unit.dags import builders
from tests.unit.dags.builders import plan, stack_settings, verdict

DONE = dict.fromkeys(STEPS, "success")
NOW = "2026-01-01T00:00:00+00:00"


def traces(**changes: Any) -> Traces:
    known = plan().to_json()
    fields: dict[str, Any] = {
        "run_id": builders.RUN_ID,
        "dag_id": "retrain-abalone",
        "model": "abalone",
        "states": DONE,
        "pinned": known["pinned"],
        "names": known["names"],
        "verdict": verdict().to_json(),
        "training_job": "job-a2",
        "package_arn": builders.PACKAGE_ARN,
        "previous_config": "before",
        **changes,
    }
    return Traces(**fields)


def failed_at(step: str) -> dict[str, str]:
    index = STEPS.index(step)
    before = dict.fromkeys(STEPS[:index], "success")
    return {**before, step: "failed", **dict.fromkeys(STEPS[index + 1 :], "upstream_failed")}


def test_a_run_whose_smoke_test_passed_is_deployed() -> None:
    record = conclude(traces(), stack_settings(), NOW)

    assert record.outcome == "deployed"
    assert record.commit == builders.COMMIT
    assert record.training_job == "job-a2"
    assert record.model_package_arn == builders.PACKAGE_ARN
    assert record.endpoint == "mlops-test-abalone"
    assert record.endpoint_config == plan().names.endpoint_config
    assert record.metric == {
        "name": "rmse",
        "value": 2.1,
        "low": 2.0,
        "high": 2.2,
        "limit": 2.6,
        "baselines": {"constant": 3.2, "linear": 2.3},
        "comparison": "",
    }
    assert (record.step, record.cause, record.log) == (None, None, None)


@pytest.mark.parametrize("outcome", ["unchanged", "rejected", "superseded", "waiting"])
def test_a_run_that_ended_early_says_why(outcome: str) -> None:
    states = {**dict.fromkeys(STEPS, "skipped"), "resolve": "success"}
    ending = {"outcome": outcome, "reason": "because"}

    record = conclude(traces(states=states, ending=ending), stack_settings(), NOW)

    assert (record.outcome, record.reason, record.step) == (outcome, "because", None)


@pytest.mark.parametrize("step", STEPS)
def test_a_failed_run_names_step_and_cause(step: str) -> None:
    found = traces(states=failed_at(step), cause="it broke")

    record = conclude(found, stack_settings(), NOW)

    assert (record.outcome, record.step, record.cause) == ("failed", step, "it broke")
    assert record.log


def test_a_failure_counts_more_than_an_early_ending() -> None:
    ending = {"outcome": "rejected", "reason": "because"}

    record = conclude(traces(states=failed_at("gate"), ending=ending), stack_settings(), NOW)

    assert record.outcome == "failed"


def test_a_task_that_said_nothing_is_reported_as_lost() -> None:
    record = conclude(traces(states=failed_at("etl")), stack_settings(), NOW)

    assert record.cause is not None
    assert "worker may have been lost" in record.cause


def test_a_run_that_never_got_to_its_end_is_failed() -> None:
    states = {**DONE, "smoke_test": "removed"}

    record = conclude(traces(states=states), stack_settings(), NOW)

    assert record.outcome == "failed"
    assert "smoke_test: removed" in record.reason


@pytest.mark.parametrize(
    ("step", "log"),
    [
        ("etl", "/aws-glue/jobs/mlops-test-etl-role/mlops-test-etl/output/jr_1"),
        ("training", "/aws/sagemaker/TrainingJobs/job-a2"),
        ("endpoint", "/aws/sagemaker/Endpoints/mlops-test-abalone"),
        ("smoke_test", "/aws/sagemaker/Endpoints/mlops-test-abalone"),
        (
            "gate",
            "airflow-mlops-test-Task/dag_id=retrain-abalone/run_id=push-cccccccccccc/"
            "task_id=gate/attempt=3.log",
        ),
    ],
)
def test_the_log_is_the_one_that_explains_the_failure(step: str, log: str) -> None:
    found = traces(states=failed_at(step), glue_run="jr_1", attempt=3)

    assert conclude(found, stack_settings(), NOW).log == log


def test_a_run_that_learnt_nothing_has_a_record_all_the_same() -> None:
    found = Traces(
        run_id="r", dag_id="retrain-abalone", model="abalone", states={"resolve": "failed"}
    )

    record = conclude(found, stack_settings(), NOW)

    assert (record.outcome, record.commit, record.metric) == ("failed", None, None)
