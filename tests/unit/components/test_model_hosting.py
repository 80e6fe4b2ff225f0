"""SageMaker reads a dataset to train, and a model archive to serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

    PermissionsOf = Callable[[str], dict[str, list[str]]]

ARTIFACTS = "arn:aws:s3:::mlops-dev-artifacts-123456789012-us-east-1"


def test_training_reads_datasets_and_models_and_writes_model_archives(
    permissions_of: PermissionsOf,
) -> None:
    permissions = permissions_of("hosting-training-access-policy")

    assert permissions["s3:GetObject"] == [f"{ARTIFACTS}/datasets/*", f"{ARTIFACTS}/models/*"]
    assert permissions["s3:PutObject"] == [f"{ARTIFACTS}/models/*"]


def test_training_deletes_checkpoints_and_nothing_else(permissions_of: PermissionsOf) -> None:
    permissions = permissions_of("hosting-training-access-policy")

    assert permissions["s3:DeleteObject"] == [f"{ARTIFACTS}/models/*/checkpoints/*"]


def test_serving_reads_model_archives_and_writes_captures(permissions_of: PermissionsOf) -> None:
    permissions = permissions_of("hosting-hosting-access-policy")

    assert permissions["s3:GetObject"] == [f"{ARTIFACTS}/models/*"]
    assert permissions["s3:PutObject"] == [f"{ARTIFACTS}/captures/*"]


def test_a_deployment_looks_at_alarms_as_the_hosting_role(permissions_of: PermissionsOf) -> None:
    permissions = permissions_of("hosting-hosting-access-policy")

    assert permissions["cloudwatch:DescribeAlarms"] == [
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"
    ]


def test_serving_writes_the_logs_of_our_endpoints_alone(permissions_of: PermissionsOf) -> None:
    permissions = permissions_of("hosting-hosting-access-policy")

    assert all(
        ":log-group:/aws/sagemaker/Endpoints/mlops-dev-*" in resource
        for resource in permissions["logs:PutLogEvents"]
    )


def test_the_stack_owns_no_model_and_no_endpoint(stack: Graph) -> None:
    assert not [resource.type for resource in stack if resource.type.startswith("aws:sagemaker/")]
