"""Names fit every service, wherever the stack is."""

from __future__ import annotations

import dataclasses

import pytest

from components.naming import Names, name_prefix

DEV = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
LONGEST = Names(prefix="a" * 16, account="123456789012", region="ap-southeast-2")


def test_project_and_stack_make_the_prefix() -> None:
    assert name_prefix("mlops", "dev") == "mlops-dev"


@pytest.mark.parametrize(
    "stack",
    ["productions", "Dev", "dev-", "-dev", "d_v", ""],
    ids=lambda value: value or "empty",
)
def test_a_prefix_that_a_service_would_refuse_is_refused(stack: str) -> None:
    with pytest.raises(ValueError, match="name prefix") as refused:
        name_prefix("mlops", stack)

    assert repr(f"mlops-{stack}") in str(refused.value)
    assert "another name" in str(refused.value)


@pytest.mark.parametrize(("project", "stack"), [("mlops", "dev-2"), ("ml-ops", "dev")])
def test_no_prefix_can_begin_with_another_and_a_hyphen(project: str, stack: str) -> None:
    """What is allowed for `mlops-dev-*` would be allowed for what `mlops-dev-2` owns."""
    with pytest.raises(ValueError, match="one '-', between project and stack"):
        name_prefix(project, stack)


@pytest.mark.parametrize("bucket", ["data_bucket", "artifact_bucket", "airflow_bucket"])
def test_bucket_names_fit_in_63_characters(bucket: str) -> None:
    name = getattr(LONGEST, bucket)

    assert len(name) <= 63


def test_a_training_job_of_the_longest_model_name_fits_in_63_characters() -> None:
    model = "m" * 30

    name = f"{LONGEST.endpoint(model)}-{'0' * 12}-a9"

    assert len(name) <= 63


def test_bucket_names_hold_account_and_region() -> None:
    assert DEV.data_bucket == "mlops-dev-data-123456789012-us-east-1"


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_arns_begin_with_the_regions_partition(region: str, partition: str) -> None:
    names = dataclasses.replace(DEV, region=region)

    assert names.role_arn("etl") == f"arn:{partition}:iam::123456789012:role/mlops-dev-etl"
    assert names.objects_arn("b", "raw/*") == (f"arn:{partition}:s3:::b/raw/*",)


def test_an_endpoint_is_called_after_prefix_and_model() -> None:
    assert DEV.endpoint("abalone") == "mlops-dev-abalone"
    assert DEV.endpoint_pattern == "mlops-dev-<model>"
