"""The job that compares a new model with the one in service."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from dags import comparison
from dags.operators import ComparisonOperator
from models.schema import Model
from tests.unit.dags import builders
from tests.unit.dags.builders import PACKAGE_ARN, plan, stack_settings, trained
from tests.unit.dags.fakes import FakeTaskInstance

if TYPE_CHECKING:
    from airflow.sdk import Context

    from dags.plan import Plan
    from tests.unit.dags.fakes import FakeClients

SETTINGS = stack_settings()
THEIRS = f"s3://{SETTINGS.artifact_bucket}/models/abalone/mlops-test-abalone-0/output/model.tar.gz"


def careful(level: float = 0.9, **training: Any) -> Plan:
    """Return a plan whose gate asks for a comparison."""
    document = builders.model().to_json()
    document["evaluation"]["champion"] = {"not_worse_at": level}
    document["training"].update(training)
    return plan(Model.from_json(document))


def serve(clients: FakeClients, archive: str = THEIRS) -> None:
    """Put a model into service."""
    container = {"Image": "image", "ModelDataUrl": archive}
    package = {"InferenceSpecification": {"Containers": [container]}}
    clients.sagemaker.packages[PACKAGE_ARN] = package
    clients.s3.put("endpoints/abalone.json", builders.deployed())


def champion(clients: FakeClients, found: Plan) -> str:
    return comparison.champion(clients.typed, SETTINGS, found, trained(found))


def test_the_model_in_service_is_the_package_that_was_deployed(clients: FakeClients) -> None:
    serve(clients)

    assert champion(clients, careful()) == THEIRS


def test_nothing_is_compared_where_nobody_asks(clients: FakeClients) -> None:
    serve(clients)

    assert champion(clients, plan()) == ""


def test_nothing_is_compared_with_the_first_model(clients: FakeClients) -> None:
    assert champion(clients, careful()) == ""


def test_a_model_is_not_compared_with_itself(clients: FakeClients) -> None:
    serve(clients, trained(careful()).archive)

    assert champion(clients, careful()) == ""


def test_the_job_reads_test_rows_and_both_archives_and_runs_the_mode_evaluate() -> None:
    found = careful()

    request = comparison.request(found, SETTINGS, trained(found), THEIRS)

    algorithm = request["AlgorithmSpecification"]
    assert (*algorithm["ContainerEntrypoint"], *algorithm["ContainerArguments"]) == (
        "python", "-m", "training_image", "evaluate",
    )  # fmt: skip
    channels = {
        one["ChannelName"]: one["DataSource"]["S3DataSource"]["S3Uri"]
        for one in request["InputDataConfig"]
    }
    assert set(channels) == {"test", "dataset", "ours", "theirs"}
    assert (channels["ours"], channels["theirs"]) == (trained(found).archive, THEIRS)
    assert request["HyperParameters"] == {"metric": "rmse", "level": "0.9"}


def test_the_job_is_named_after_both_models_and_the_question() -> None:
    first, other = careful(), careful(0.8)
    ours = trained(first)

    names = {
        comparison.request(found, SETTINGS, one, theirs)["TrainingJobName"]
        for found, one, theirs in (
            (first, ours, THEIRS),
            (other, ours, THEIRS),
            (first, replace(ours, archive="s3://other/model.tar.gz"), THEIRS),
            (first, ours, "s3://other/model.tar.gz"),
        )
    }
    again = comparison.request(first, SETTINGS, ours, THEIRS)["TrainingJobName"]

    assert len(names) == 4
    assert again in names
    assert all(name.startswith("mlops-test-abalone-v") for name in names)


def test_the_job_is_short_and_never_on_spot() -> None:
    found = careful(spot=True, max_runtime_minutes=300)

    request = comparison.request(found, SETTINGS, trained(found), THEIRS)

    assert request["EnableManagedSpotTraining"] is False
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert "CheckpointConfig" not in request


def test_the_job_runs_on_one_instance_however_many_trained() -> None:
    found = careful(instance_count=3)

    request = comparison.request(found, SETTINGS, trained(found), THEIRS)

    assert request["ResourceConfig"]["InstanceCount"] == 1
    assert "EnableInterContainerTrafficEncryption" not in request
    assert "ShardedByS3Key" not in json.dumps(request)


def operator(clients: FakeClients, found: Plan) -> ComparisonOperator:
    return ComparisonOperator(
        task_id="comparison",
        settings=SETTINGS,
        plan=found.to_json(),
        trained=trained(found).to_json(),
        clients=clients.typed,
    )


def context() -> Context:
    return cast("Context", {"ti": FakeTaskInstance(task_id="comparison")})


def test_without_a_model_in_service_the_step_does_nothing(clients: FakeClients) -> None:
    assert operator(clients, careful()).execute(context()) == {}
    assert clients.sagemaker.calls == []


@pytest.mark.parametrize("status", ["Completed", "InProgress"])
def test_the_step_waits_for_the_job_and_says_where_its_archive_is(
    clients: FakeClients, status: str
) -> None:
    serve(clients)
    found = careful()
    name = comparison.request(found, SETTINGS, trained(found), THEIRS)["TrainingJobName"]
    ended = {
        "TrainingJobStatus": "Completed",
        "ModelArtifacts": {"S3ModelArtifacts": "s3://b/comparison.tar.gz"},
    }
    clients.sagemaker.jobs[name] = [{**ended, "TrainingJobStatus": status}, ended]

    done = operator(clients, found).execute(context())

    assert done == {"job": name, "archive": "s3://b/comparison.tar.gz"}
