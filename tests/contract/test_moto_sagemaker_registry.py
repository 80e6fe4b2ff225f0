"""What the twin relies on in moto's model registry, and each refusal that it adds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sagemaker_account import Account, refusal


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
