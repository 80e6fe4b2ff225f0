"""The tasks that wait for a service: what they add to the provider's operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferralError, TaskDeferred

from dags import requests
from dags.endpoints import Endpoint
from dags.errors import PassingError
from dags.operators import EndpointOperator, EtlJobOperator, TrainingJobOperator, attempts
from tests.unit.dags.builders import (
    RESOURCE,
    SCALING,
    hosted_model,
    plan,
    stack_settings,
    trained,
    wide_model,
)
from tests.unit.dags.fakes import FakeTaskInstance

if TYPE_CHECKING:
    from airflow.sdk import Context

    from dags.aws import Clients
    from models.schema import Model
    from tests.unit.dags.fakes import FakeClients

NAME = "mlops-test-abalone"
CONFIG = plan().names.endpoint_config
TRIGGER_FAILED: dict[str, Any] = {"error": "Trigger failure", "traceback": ["AwaiterError"]}


def context(**kept: str) -> Context:
    instance = FakeTaskInstance(kept={("training", key): value for key, value in kept.items()})
    instance.task_id = "training"
    return cast("Context", {"ti": instance})


# ---- Glue


@dataclass
class GlueClients:
    """Glue alone, with one job run."""

    run: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def glue(self) -> GlueClients:
        return self

    def get_job_run(self, JobName: str, RunId: str) -> dict[str, Any]:  # noqa: N803  # AWS's names
        assert (JobName, RunId) == ("mlops-test-etl", "jr_1")
        return {"JobRun": self.run}


def etl(run: dict[str, Any]) -> EtlJobOperator:
    return EtlJobOperator(
        task_id="training", settings=stack_settings(), clients=cast("Clients", GlueClients(run))
    )


@pytest.mark.parametrize("state", ["FAILED", "TIMEOUT", "STOPPED", "ERROR"])
def test_a_job_run_that_ended_badly_is_not_retried_and_says_why(state: str) -> None:
    run = {"JobRunState": state, "ErrorMessage": "length: 12 rows above 3"}

    with pytest.raises(AirflowFailException) as caught:
        etl(run).resume_execution("__fail__", TRIGGER_FAILED, context(glue_job_run_id="jr_1"))

    assert f"{state} (length: 12 rows above 3)" in str(caught.value)


def test_a_triggerer_that_lost_sight_of_a_running_job_is_retried() -> None:
    operator = etl({"JobRunState": "RUNNING"})

    with pytest.raises(TaskDeferralError):
        operator.resume_execution("__fail__", TRIGGER_FAILED, context(glue_job_run_id="jr_1"))


def test_a_stopped_job_run_is_no_success() -> None:
    operator = etl({"JobRunState": "STOPPED"})
    event = {"event": {"status": "success", "run_id": "jr_1"}}

    with pytest.raises(AirflowFailException, match="STOPPED"):
        operator.resume_execution("execute_complete", event, context(glue_job_run_id="jr_1"))


def test_a_job_run_that_succeeded_is_returned() -> None:
    operator = etl({"JobRunState": "SUCCEEDED"})
    event = {"event": {"status": "success", "run_id": "jr_1"}}

    found = operator.resume_execution("execute_complete", event, context(glue_job_run_id="jr_1"))

    assert found == "jr_1"


def test_the_job_belongs_to_pulumi_and_is_stopped_when_the_task_is() -> None:
    operator = etl({})

    assert not operator.update_config
    assert operator.script_location is None
    assert operator.stop_job_run_on_kill


# ---- training


def training(clients: FakeClients, **settings: Any) -> TrainingJobOperator:
    return TrainingJobOperator(
        task_id="training",
        settings=stack_settings(**settings),
        request={"TrainingJobName": trained().job},
        clients=clients.typed,
    )


def job(clients: FakeClients, *script: str, reason: str = "") -> None:
    clients.sagemaker.jobs[trained().job] = [
        {
            "TrainingJobStatus": status,
            "FailureReason": reason,
            "ModelArtifacts": {"S3ModelArtifacts": trained().archive},
        }
        for status in script
    ]


def test_a_job_is_waited_for_and_returned(clients: FakeClients) -> None:
    job(clients, "InProgress", "InProgress", "Completed")
    running = context()

    found = training(clients).execute(running)

    assert found == trained().to_json()
    instance = cast("FakeTaskInstance", cast("Any", running)["ti"])
    assert instance.kept["training", "training_job"] == trained().job


def test_a_job_whose_instances_would_get_no_rows_is_never_made(clients: FakeClients) -> None:
    known, settings = plan(wide_model(3)), stack_settings()
    clients.s3.put(
        requests.dataset_key(known, "channels/train.manifest"), [{"prefix": "s3://b/"}, "1"]
    )
    step = training(clients)
    step.request = requests.training_request(known, settings)

    with pytest.raises(AirflowFailException, match="1 files of training rows for 3 instances"):
        step.execute(context())

    assert clients.sagemaker.jobs == {}


def test_a_job_under_way_is_handed_to_the_triggerer(clients: FakeClients) -> None:
    with pytest.raises(TaskDeferred) as caught:
        training(clients, deferrable=True, poll_seconds=30).execute(context())

    trigger = cast("Any", caught.value).trigger  # Airflow doesn't type it
    _, arguments = trigger.serialize()
    assert arguments["job_name"] == trained().job
    assert arguments["poke_interval"] == 30
    assert arguments["max_attempts"] * 30 >= 24 * 3600


def test_a_completed_job_needs_no_triggerer(clients: FakeClients) -> None:
    job(clients, "Completed")

    assert training(clients, deferrable=True).execute(context()) == trained().to_json()


def test_the_triggerers_failure_is_the_jobs_own(clients: FakeClients) -> None:
    job(clients, "Failed", reason="AlgorithmError: no rows")
    operator = training(clients, deferrable=True)

    with pytest.raises(AirflowFailException, match="AlgorithmError: no rows"):
        operator.resume_execution("__fail__", TRIGGER_FAILED, context(training_job=trained().job))


def test_a_service_failure_is_retried(clients: FakeClients) -> None:
    job(clients, "InProgress", "Failed", reason="CapacityError: later")

    with pytest.raises(PassingError):
        training(clients).execute(context())


def test_a_triggerer_that_lost_sight_of_a_running_training_is_retried(clients: FakeClients) -> None:
    job(clients, "InProgress")
    operator = training(clients, deferrable=True)

    with pytest.raises(TaskDeferralError):
        operator.resume_execution("__fail__", TRIGGER_FAILED, context(training_job=trained().job))


def test_the_triggerers_success_returns_the_job(clients: FakeClients) -> None:
    job(clients, "Completed")
    operator = training(clients, deferrable=True)

    found = operator.resume_execution("finish", {"event": {}}, context(training_job=trained().job))

    assert found == trained().to_json()


def test_a_job_that_the_triggerer_saw_end_before_the_service_says_so_is_waited_for(
    clients: FakeClients,
) -> None:
    job(clients, "InProgress", "InProgress", "Completed")
    operator = training(clients, deferrable=True)

    found = operator.resume_execution("finish", {"event": {}}, context(training_job=trained().job))

    assert found == trained().to_json()


# ---- endpoint


def endpoint(
    clients: FakeClients, hosted: Model | None = None, **settings: Any
) -> EndpointOperator:
    return EndpointOperator(
        task_id="endpoint",
        settings=stack_settings(**settings),
        config={"EndpointName": NAME, "EndpointConfigName": CONFIG},
        plan=plan(hosted).to_json(),
        clients=clients.typed,
    )


def serving(clients: FakeClients, config: str, status: str = "InService", reason: str = "") -> None:
    clients.sagemaker.endpoints[NAME] = [
        {"EndpointStatus": status, "EndpointConfigName": config, "FailureReason": reason}
    ]


def test_an_endpoint_that_serves_the_config_is_left_alone(clients: FakeClients) -> None:
    serving(clients, CONFIG)

    found = endpoint(clients).execute(context())

    assert found == {"EndpointName": NAME, "EndpointConfigName": CONFIG}
    assert clients.sagemaker.calls == []


def test_a_rollback_is_a_failure_although_the_endpoint_is_in_service(clients: FakeClients) -> None:
    serving(clients, "before", reason="the container did not answer its ping")

    with pytest.raises(AirflowFailException, match=r"before .the container did not answer"):
        endpoint(clients).resume_execution("execute_complete", {"event": {}}, context())


def test_a_failed_endpoint_is_not_retried(clients: FakeClients) -> None:
    serving(clients, CONFIG, "Failed", "no capacity")

    with pytest.raises(AirflowFailException, match=r"Failed with .*no capacity"):
        endpoint(clients).resume_execution("__fail__", TRIGGER_FAILED, context())


def test_the_triggerers_success_is_verified(clients: FakeClients) -> None:
    serving(clients, CONFIG)

    found = endpoint(clients).resume_execution("execute_complete", {"event": {}}, context())

    assert found["EndpointConfigName"] == CONFIG


def prepared(clients: FakeClients, hosted: Model | None = None, **settings: Any) -> dict[str, Any]:
    """Return what the provider is asked to send for an endpoint that serves another config."""
    serving(clients, "before")
    operator = endpoint(clients, hosted, **settings)
    operator.prepare(Endpoint("InService", "before", ""))
    assert operator.operation == "update"
    return dict(cast("Any", operator).config)


def test_an_update_says_nothing_that_the_model_file_does_not(clients: FakeClients) -> None:
    assert prepared(clients) == {"EndpointName": NAME, "EndpointConfigName": CONFIG}


def test_a_variant_that_scales_is_released_before_the_update(clients: FakeClients) -> None:
    clients.autoscaling.targets[RESOURCE] = {"MinCapacity": 1, "MaxCapacity": 4}

    prepared(clients)

    assert clients.autoscaling.targets == {}


def test_an_update_keeps_the_instances_that_the_load_asked_for(clients: FakeClients) -> None:
    request = prepared(clients, hosted_model(scaling=SCALING))

    assert request["RetainAllVariantProperties"] is True


def test_an_alarm_that_is_quiet_takes_the_deployment_back(clients: FakeClients) -> None:
    clients.cloudwatch.states = {"quiet": "OK", "new": "INSUFFICIENT_DATA", "ringing": "ALARM"}
    alarms = {"abalone": ("quiet", "new", "ringing", "missing")}

    request = prepared(clients, hosted_model(deployment={}), endpoint_alarms=alarms)

    rollback = request["DeploymentConfig"]["AutoRollbackConfiguration"]
    assert rollback == {"Alarms": [{"AlarmName": "quiet"}, {"AlarmName": "new"}]}


def test_a_new_endpoint_has_nothing_to_move_traffic_from(clients: FakeClients) -> None:
    operator = endpoint(clients, hosted_model(deployment={}))

    operator.prepare(None)

    assert operator.operation == "create"
    assert "DeploymentConfig" not in cast("Any", operator).config
    assert clients.autoscaling.calls == []


def test_a_failed_endpoint_is_made_anew(clients: FakeClients) -> None:
    serving(clients, "before", "Failed")
    operator = endpoint(clients, hosted_model(deployment={}))

    operator.prepare(Endpoint("Failed", "before", ""))

    assert operator.operation == "create"
    assert clients.sagemaker.calls == ["delete_endpoint"]


def test_a_long_deployment_is_waited_for(clients: FakeClients) -> None:
    operator = endpoint(
        clients, hosted_model(deployment={"bake_minutes": 30}), deferrable=True, poll_seconds=30
    )
    serving(clients, "before")

    operator.prepare(Endpoint("InService", "before", ""))

    assert operator.max_ingestion_time == 3600 + 30 * 60
    assert operator.waiting.longest == 3600 + 30 * 60


def test_attempts_cover_the_whole_wait() -> None:
    assert attempts(stack_settings(poll_seconds=30)) * 30 >= 24 * 3600
    assert attempts(stack_settings(poll_seconds=0.2), 60) == 301


@pytest.mark.parametrize(("deferrable", "patience"), [(True, 3600), (False, 121)])
def test_an_endpoint_is_waited_for_an_hour(
    clients: FakeClients, *, deferrable: bool, patience: int
) -> None:
    """The provider counts seconds in the triggerer, and attempts in the worker."""
    operator = endpoint(clients, deferrable=deferrable, poll_seconds=30)

    assert operator.max_ingestion_time == patience
