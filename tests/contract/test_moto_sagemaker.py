"""What the twin relies on in moto's SageMaker, and each refusal that it adds."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.sagemaker_account import BUCKET, Account, script_images, wait_for
from twin.services import sagemaker_hosting, sagemaker_registry, sagemaker_training

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin.cloud import Cloud

INDEX = "application/vnd.oci.image.index.v1+json"
LOCAL_DISK_TYPES = ("ml.g4dn.xlarge", "ml.g6e.2xlarge", "ml.p4d.24xlarge")


@pytest.fixture
def account(cloud: Cloud, tmp_path: Path) -> Account:
    images = script_images(tmp_path)
    sagemaker_training.install(cloud, images)
    sagemaker_registry.install(cloud)
    sagemaker_hosting.install(cloud, images)
    return Account(cloud)


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """Return code and message of the error that a call gets."""
    with pytest.raises(ClientError) as caught:
        call()
    error: Any = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"]


# ---- training jobs --------------------------------------------------------------------------


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


# ---- models and endpoint configs ------------------------------------------------------------


def test_names_of_models_and_configs_are_taken_once(account: Account) -> None:
    model = account.add_model("model", "1")
    config = account.add_config("config", "model")

    again = (
        refusal(lambda: account.add_model("model", "1")),
        refusal(lambda: account.add_config("config", "model")),
    )

    assert again[0][1] == f'Cannot create already existing model "{model}".'
    assert again[1][1] == f'Cannot create already existing endpoint configuration "{config}".'


def test_a_model_without_its_archive_is_refused(account: Account) -> None:
    container = {"Image": account.image, "ModelDataUrl": f"s3://{BUCKET}/nothing.tar.gz"}

    _, message = refusal(lambda: account.add_model("model", "1", PrimaryContainer=container))

    assert message.startswith(f"Could not access model data at s3://{BUCKET}/nothing.tar.gz")


def test_a_model_of_an_unknown_role_is_refused(account: Account) -> None:
    role = "arn:aws:iam::123456789012:role/nobody"

    _, message = refusal(lambda: account.add_model("model", "1", ExecutionRoleArn=role))

    assert message.startswith(f"Could not assume role {role}")


def test_a_config_of_an_unknown_model_is_refused(account: Account) -> None:
    _, message = refusal(lambda: account.add_config("config", "nobody"))

    assert message.startswith("Could not find model")


def test_instance_types_are_those_of_the_service_model(account: Account) -> None:
    account.add_model("model", "1")

    taken = account.add_config("config", "model", variant={"InstanceType": "ml.m6i.large"})
    _, message = refusal(
        lambda: account.add_config("other", "model", variant={"InstanceType": "ml.m99.large"})
    )

    assert taken
    assert "Value 'ml.m99.large' at 'productionVariants.1.member.instanceType'" in message


def test_models_are_listed_by_part_of_their_name(account: Account) -> None:
    account.add_model("abalone-1", "1")
    account.add_model("wine-1", "1")

    found = account.sagemaker.list_models(NameContains="abal")["Models"]

    assert [one["ModelName"] for one in found] == ["abalone-1"]


# ---- endpoints ------------------------------------------------------------------------------


def test_an_endpoint_name_is_taken_once_in_the_words_that_airflow_looks_for(
    account: Account,
) -> None:
    endpoint = account.create_endpoint(account.deployable("1"))

    code, message = refusal(lambda: account.create_endpoint("config-1"))

    assert code == "ValidationException"
    assert message == f'Cannot create already existing endpoint "{endpoint["EndpointArn"]}".'


def test_an_endpoint_in_motion_can_neither_be_updated_nor_deleted(account: Account) -> None:
    config = account.deployable("sick", startup=60)
    name = {"EndpointName": "twin-abalone"}
    account.sagemaker.create_endpoint(**name, EndpointConfigName=config)

    messages = [
        refusal(lambda: account.sagemaker.update_endpoint(**name, EndpointConfigName=config))[1],
        refusal(lambda: account.sagemaker.delete_endpoint(**name))[1],
    ]

    assert all(one.startswith("Cannot update in-progress endpoint") for one in messages)


def test_a_failed_endpoint_can_only_be_deleted(account: Account) -> None:
    account.create_endpoint(account.deployable("dead"))

    _, message = refusal(lambda: account.update_endpoint("config-dead"))
    account.sagemaker.delete_endpoint(EndpointName="twin-abalone")

    assert "it can only be deleted" in message
    wait_for(lambda: account.sagemaker.list_endpoints()["Endpoints"], lambda found: not found)


@pytest.mark.parametrize("operation", ["create", "update"])
def test_an_unknown_config_is_refused(account: Account, operation: str) -> None:
    account.create_endpoint(account.deployable("1"))
    call = getattr(account.sagemaker, f"{operation}_endpoint")
    name = "other" if operation == "create" else "twin-abalone"

    _, message = refusal(lambda: call(EndpointName=name, EndpointConfigName="nothing"))

    assert message.startswith("Could not find endpoint configuration")
    assert "other" not in str(account.sagemaker.list_endpoints()["Endpoints"])


@pytest.mark.parametrize("operation", ["describe", "update", "delete"])
def test_an_unknown_endpoint_is_refused(account: Account, operation: str) -> None:
    account.deployable("1")
    call = getattr(account.sagemaker, f"{operation}_endpoint")
    config = {"EndpointConfigName": "config-1"} if operation == "update" else {}

    _, message = refusal(lambda: call(EndpointName="nobody", **config))

    assert message.startswith("Could not find endpoint")


def test_botos_own_waiter_understands_the_states(account: Account) -> None:
    account.sagemaker.create_endpoint(
        EndpointName="twin-abalone", EndpointConfigName=account.deployable("1")
    )

    waiter = account.sagemaker.get_waiter("endpoint_in_service")
    waiter.wait(EndpointName="twin-abalone", WaiterConfig={"Delay": 1, "MaxAttempts": 20})

    assert account.invoke("x") == "1"


# ---- registry -------------------------------------------------------------------------------


def package(account: Account, **changes: Any) -> dict[str, Any]:
    """Return a request for a model package."""
    container = {"Image": account.image, "ModelDataUrl": "s3://b/model.tar.gz"}
    return {
        "ModelPackageGroupName": "twin-abalone",
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        "ModelApprovalStatus": "Approved",
        "CustomerMetadataProperties": {"run-id": "push-1", "commit": "abc"},
        "ClientToken": "token-1",
        **changes,
    }


@pytest.fixture
def group(account: Account) -> str:
    answer = account.sagemaker.create_model_package_group(
        ModelPackageGroupName="twin-abalone", ModelPackageGroupDescription="x"
    )
    return answer["ModelPackageGroupArn"]


@pytest.mark.usefixtures("group")
def test_the_same_token_is_the_same_version(account: Account) -> None:
    arns = {
        account.sagemaker.create_model_package(**package(account))["ModelPackageArn"]
        for _ in range(3)
    }

    other = account.sagemaker.create_model_package(**package(account, ClientToken="token-2"))

    assert [arn.rsplit("/", 1)[-1] for arn in arns] == ["1"]
    assert other["ModelPackageArn"].endswith("/2")


@pytest.mark.usefixtures("group")
def test_a_token_with_another_request_is_a_conflict(account: Account) -> None:
    account.sagemaker.create_model_package(**package(account))
    other = package(account, ModelApprovalStatus="Rejected")

    code, _ = refusal(lambda: account.sagemaker.create_model_package(**other))

    assert code == "ConflictException"


@pytest.mark.usefixtures("group")
def test_versioned_packages_take_no_tags(account: Account) -> None:
    tagged = package(account, Tags=[{"Key": "a", "Value": "b"}])

    _, message = refusal(lambda: account.sagemaker.create_model_package(**tagged))

    assert message.startswith("Tags are not supported for versioned model packages")


def test_a_package_needs_its_group(account: Account) -> None:
    _, message = refusal(lambda: account.sagemaker.create_model_package(**package(account)))

    assert message == "Model Package Group twin-abalone does not exist."


@pytest.mark.usefixtures("group")
def test_a_package_needs_its_image(account: Account) -> None:
    account.image = account.image[:-4] + "0000"

    _, message = refusal(lambda: account.sagemaker.create_model_package(**package(account)))

    assert message.endswith("not found.")


def test_a_group_name_is_taken_once(account: Account, group: str) -> None:
    _, message = refusal(
        lambda: account.sagemaker.create_model_package_group(ModelPackageGroupName="twin-abalone")
    )

    assert message == f"Model Package Group already exists: {group}"


@pytest.mark.usefixtures("group")
def test_a_group_with_packages_cannot_be_deleted(account: Account) -> None:
    arn = account.sagemaker.create_model_package(**package(account))["ModelPackageArn"]
    name = {"ModelPackageGroupName": "twin-abalone"}

    code, _ = refusal(lambda: account.sagemaker.delete_model_package_group(**name))
    account.sagemaker.delete_model_package(ModelPackageName=arn)
    account.sagemaker.delete_model_package_group(**name)

    assert code == "ConflictException"
    assert not account.sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]


@pytest.mark.usefixtures("group")
def test_a_version_is_never_given_twice(account: Account) -> None:
    first = account.sagemaker.create_model_package(**package(account))["ModelPackageArn"]
    account.sagemaker.delete_model_package(ModelPackageName=first)

    again = account.sagemaker.create_model_package(**package(account))["ModelPackageArn"]

    assert again.endswith("/2")
    assert (
        "not found"
        in refusal(lambda: account.sagemaker.describe_model_package(ModelPackageName=first))[1]
    )


@pytest.mark.usefixtures("group")
def test_an_update_keeps_what_it_does_not_name(account: Account) -> None:
    arn = account.sagemaker.create_model_package(**package(account))["ModelPackageArn"]

    account.sagemaker.update_model_package(
        ModelPackageArn=arn, CustomerMetadataProperties={"endpoint": "twin-abalone"}
    )
    found = account.sagemaker.describe_model_package(ModelPackageName=arn)

    assert found["ModelApprovalStatus"] == "Approved"
    assert found["CustomerMetadataProperties"] == {
        "run-id": "push-1",
        "commit": "abc",
        "endpoint": "twin-abalone",
    }


@pytest.mark.usefixtures("group")
def test_packages_are_listed_with_their_descriptions(account: Account) -> None:
    account.sagemaker.create_model_package(**package(account, ModelPackageDescription="identity 1"))

    (page,) = account.sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName="twin-abalone", SortBy="CreationTime", SortOrder="Descending"
    )

    (found,) = page["ModelPackageSummaryList"]
    assert found["ModelPackageDescription"] == "identity 1"
    assert found["ModelPackageVersion"] == 1


@pytest.mark.usefixtures("group")
def test_a_registration_is_on_the_timeline(account: Account) -> None:
    account.sagemaker.create_model_package(**package(account))

    (entry,) = account.cloud.timeline.entries()

    assert (entry.step, entry.state, entry.run) == ("registry", "succeeded", "push-1")
    assert entry.fact == "twin-abalone version 1, Approved"


# ---- moto's private parts -------------------------------------------------------------------


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
