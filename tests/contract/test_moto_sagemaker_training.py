"""What the twin relies on in moto's training jobs, and each refusal that it adds."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.sagemaker_account import Account, refusal, script_images
from twin.services import sagemaker_hosting, sagemaker_registry, sagemaker_training

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "application/vnd.oci.image.index.v1+json"
LOCAL_DISK_TYPES = ("ml.g4dn.xlarge", "ml.g6e.2xlarge", "ml.p4d.24xlarge")


def test_a_job_is_in_progress_until_its_executor_is_done(account: Account) -> None:
    account.sagemaker.create_training_job(**account.training_request())

    first = account.sagemaker.describe_training_job(TrainingJobName="job")
    last = account.wait_training("job")

    assert first["TrainingJobStatus"] == "InProgress"
    assert "ModelArtifacts" not in first
    assert "TrainingEndTime" not in first
    assert last["TrainingJobStatus"] == last["SecondaryStatus"] == "Completed"


def test_a_job_keeps_what_moto_drops(account: Account) -> None:
    job = account.train(Environment={"LEVEL": "info"})

    definitions = job["AlgorithmSpecification"]["MetricDefinitions"]

    assert job["Environment"] == {"LEVEL": "info"}
    assert [one["Name"] for one in definitions] == ["test:rmse"]
    assert [one["Status"] for one in job["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]


@pytest.mark.parametrize("do", ["well", "crash"])
def test_a_job_name_is_taken_for_ever(account: Account, do: str) -> None:
    account.train(HyperParameters={"do": do})

    code, message = refusal(lambda: account.train())

    assert code == "ResourceInUse"
    assert message.startswith("Training job names must be unique within an AWS account and region")


@pytest.mark.parametrize(("do", "status"), [("well", "Completed"), ("crash", "Failed")])
def test_an_event_tells_how_a_job_ended(account: Account, do: str, status: str) -> None:
    kind = "SageMaker Training Job State Change"
    listen(account, {"source": ["aws.sagemaker"], "detail-type": [kind]})

    job = account.train(HyperParameters={"do": do})

    event = heard(account)
    assert event["detail"]["TrainingJobName"] == "job"
    assert event["detail"]["TrainingJobStatus"] == status
    assert event["detail"]["FailureReason"] == job.get("FailureReason", "")
    assert event["resources"] == [job["TrainingJobArn"]]


def listen(account: Account, pattern: dict[str, Any]) -> None:
    """Put events of a pattern into a queue."""
    events: Any = account.cloud.client("events")
    account.cloud.client("sqs").create_queue(QueueName="heard")
    events.put_rule(Name="heard", EventPattern=json.dumps(pattern))
    arn = f"arn:aws:sqs:{account.cloud.region}:{account.cloud.account}:heard"
    events.put_targets(Rule="heard", Targets=[{"Id": "queue", "Arn": arn}])


def heard(account: Account) -> dict[str, Any]:
    """Wait for an event in the queue: it is sent after the job says that it ended."""
    client: Any = account.cloud.client("sqs")
    url = client.get_queue_url(QueueName="heard")["QueueUrl"]
    (message,) = client.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    event: dict[str, Any] = json.loads(message["Body"])
    return event


def test_an_unknown_job_is_not_found(account: Account) -> None:
    code, message = refusal(
        lambda: account.sagemaker.describe_training_job(TrainingJobName="nobody")
    )

    assert (code, message) == ("ValidationException", "Requested resource not found.")


def test_a_job_that_ended_cannot_be_stopped(account: Account) -> None:
    account.train()

    _, message = refusal(lambda: account.sagemaker.stop_training_job(TrainingJobName="job"))

    assert "in status Completed" in message


def test_jobs_are_listed_while_they_run(account: Account) -> None:
    account.sagemaker.create_training_job(
        **account.training_request(HyperParameters={"do": "hang"})
    )

    (summary,) = account.sagemaker.list_training_jobs(NameContains="jo")["TrainingJobSummaries"]
    account.sagemaker.stop_training_job(TrainingJobName="job")

    assert summary["TrainingJobStatus"] == "InProgress"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"RoleArn": "arn:aws:iam::123456789012:role/nobody"}, "Could not assume role"),
        (
            {"TrainingJobName": "under_score"},
            "Value 'under_score' at 'trainingJobName' failed to satisfy constraint: Member must "
            "satisfy regular expression pattern",
        ),
        (
            {"ResourceConfig": {"InstanceType": "ml.m5.small", "VolumeSizeInGB": 1}},
            "Value 'ml.m5.small' at 'resourceConfig.instanceType' failed to satisfy constraint: "
            "Member must satisfy enum value set",
        ),
        ({"EnableManagedSpotTraining": True}, "Invalid MaxWaitTimeInSeconds"),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 9, "MaxWaitTimeInSeconds": 9}},
            "only supported for managed spot",
        ),
    ],
)
def test_a_job_that_aws_would_not_take_is_refused(
    account: Account, changes: dict[str, Any], message: str
) -> None:
    request = account.training_request(**changes)

    code, found = refusal(lambda: account.sagemaker.create_training_job(**request))

    assert code == "ValidationException"
    assert message in found


def test_a_role_that_sagemaker_may_not_assume_is_refused(account: Account) -> None:
    request = account.training_request(RoleArn=account.add_role("glue", "glue.amazonaws.com"))

    _, message = refusal(lambda: account.sagemaker.create_training_job(**request))

    assert "allows principal 'sagemaker.amazonaws.com'" in message


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("us-east-1", "eu-west-1"),
        ("twin-training", "other"),
        ("123456789012", "999999999999"),
        ("@sha256:", "@sha256:0"),
        ("@sha256:", ":latest"),
    ],
)
def test_an_image_that_ecr_does_not_have_is_refused(
    account: Account, part: str, other: str
) -> None:
    before, _, after = account.image.partition(part)
    image = f"{before}{other}{after}"[: len(account.image)]
    specification = {"TrainingImage": image, "TrainingInputMode": "File"}
    request = account.training_request(AlgorithmSpecification=specification)

    _, message = refusal(lambda: account.sagemaker.create_training_job(**request))

    assert message == f"Requested image {image} not found."


def test_an_oci_index_is_refused_for_jobs_and_models(account: Account) -> None:
    account.image = account.push({"schemaVersion": 2, "mediaType": INDEX, "manifests": []})
    request = account.training_request()

    _, of_job = refusal(lambda: account.sagemaker.create_training_job(**request))
    _, of_model = refusal(lambda: account.add_model("model", "1"))

    assert of_job.startswith(f"Unsupported manifest media type {INDEX}")
    assert of_model == of_job


@pytest.mark.parametrize("instance_type", LOCAL_DISK_TYPES)
def test_a_customer_key_is_refused_on_local_disks(account: Account, instance_type: str) -> None:
    resources = {
        "InstanceType": instance_type,
        "InstanceCount": 1,
        "VolumeSizeInGB": 10,
        "VolumeKmsKeyId": "key",
    }
    account.add_model("model", "1")
    request = account.training_request(ResourceConfig=resources)

    _, of_job = refusal(lambda: account.sagemaker.create_training_job(**request))
    _, of_config = refusal(
        lambda: account.add_config(
            "config", "model", KmsKeyId="key", variant={"InstanceType": instance_type}
        )
    )

    assert "VolumeKmsKeyId is not supported for instance type" in of_job
    assert "KmsKeyId is not supported for instance type" in of_config


def test_a_customer_key_is_taken_on_other_instances(account: Account) -> None:
    account.add_model("model", "1")

    arn = account.add_config("config", "model", KmsKeyId="key")

    assert arn.endswith("endpoint-config/config")


def test_installing_again_starts_from_moto_itself(account: Account, tmp_path: Path) -> None:
    images = script_images(tmp_path)
    for _ in range(3):
        sagemaker_training.install(account.cloud, images)
        sagemaker_registry.install(account.cloud)
        sagemaker_hosting.install(account.cloud, images)

    began = time.monotonic()
    job = account.train()

    assert job["TrainingJobStatus"] == "Completed"
    assert time.monotonic() - began < 5
    assert json.dumps(job["HyperParameters"]) == '{"do": "well"}'
