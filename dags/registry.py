"""Model package, SageMaker model and endpoint config: each adopted where it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dags.aws import is_missing, is_taken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_sagemaker.client import SageMakerClient


def ensure_package(
    client: SageMakerClient, group: Mapping[str, Any], package: Mapping[str, Any]
) -> str:
    """Return the ARN of the package with this identity, creating group and package as needed."""
    if not _group_exists(client, group["ModelPackageGroupName"]):
        _create(client.create_model_package_group, group, client)
    found = _find_package(client, package)
    if found:
        return found
    # The token makes SageMaker answer a repeated request with the package of the first.
    return client.create_model_package(**cast("Any", package))["ModelPackageArn"]


def ensure_model(client: SageMakerClient, request: Mapping[str, Any]) -> None:
    """Create the SageMaker model unless it exists; its name says its content."""
    _create(client.create_model, request, client)


def ensure_endpoint_config(client: SageMakerClient, request: Mapping[str, Any]) -> None:
    """Create the endpoint config unless it exists; its name says its content."""
    _create(client.create_endpoint_config, request, client)


def _group_exists(client: SageMakerClient, name: str) -> bool:
    try:
        client.describe_model_package_group(ModelPackageGroupName=name)
    except client.exceptions.ClientError as error:
        if is_missing(error):
            return False
        raise
    return True


def _find_package(client: SageMakerClient, package: Mapping[str, Any]) -> str | None:
    """Return the package with the wanted identity.

    Lists show descriptions and not metadata, so the description picks whom to ask.
    """
    key = package["CustomerMetadataProperties"]["identity"]
    pages = client.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=package["ModelPackageGroupName"],
        SortBy="CreationTime",
        SortOrder="Descending",
    )
    for page in pages:
        for summary in page["ModelPackageSummaryList"]:
            arn = summary["ModelPackageArn"]
            if key in summary.get("ModelPackageDescription", "") and _has_key(client, arn, key):
                return arn
    return None


def _has_key(client: SageMakerClient, arn: str, key: str) -> bool:
    found = client.describe_model_package(ModelPackageName=arn)
    metadata = found.get("CustomerMetadataProperties", {})
    return metadata.get("identity") == key and found["ModelPackageStatus"] != "Failed"


def _create(
    create: Callable[..., object], request: Mapping[str, Any], client: SageMakerClient
) -> None:
    try:
        create(**request)
    except client.exceptions.ClientError as error:
        if not is_taken(error):
            raise
