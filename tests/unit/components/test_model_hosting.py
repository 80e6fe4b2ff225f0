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


def test_serving_reads_models_and_batches_and_writes_captures_and_batches(
    permissions_of: PermissionsOf,
) -> None:
    permissions = permissions_of("hosting-hosting-access-policy")

    assert permissions["s3:GetObject"] == [f"{ARTIFACTS}/models/*", f"{ARTIFACTS}/batches/*"]
    assert permissions["s3:PutObject"] == [f"{ARTIFACTS}/captures/*", f"{ARTIFACTS}/batches/*"]


def test_a_deployment_looks_at_alarms_as_the_hosting_role(permissions_of: PermissionsOf) -> None:
    permissions = permissions_of("hosting-hosting-access-policy")

    assert permissions["cloudwatch:DescribeAlarms"] == [
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"
    ]


def test_serving_writes_the_logs_of_our_endpoints_and_of_batch_transforms_alone(
    permissions_of: PermissionsOf,
) -> None:
    permissions = permissions_of("hosting-hosting-access-policy")

    groups = ("Endpoints/mlops-dev-*", "TransformJobs")
    assert all(
        any(f":log-group:/aws/sagemaker/{group}" in resource for group in groups)
        for resource in permissions["logs:PutLogEvents"]
    )


def test_the_stack_owns_no_model_and_no_endpoint(stack: Graph) -> None:
    assert not [resource.type for resource in stack if resource.type.startswith("aws:sagemaker/")]
