"""What AWS would answer has the shape that AWS gives it."""

from __future__ import annotations

from typing import Any

import pytest

from ops.computed import computed_outputs


def outputs(token: str, **inputs: Any) -> dict[str, Any]:
    """Return the computed outputs of a resource in a made-up account."""
    return computed_outputs(token, "thing", inputs, region="eu-west-1", account="123456789012")


@pytest.mark.parametrize(
    ("token", "inputs", "arn"),
    [
        ("aws:s3/bucket:Bucket", {"bucket": "b"}, "arn:aws:s3:::b"),
        ("aws:iam/role:Role", {"name": "r"}, "arn:aws:iam::123456789012:role/r"),
        ("aws:sqs/queue:Queue", {"name": "q"}, "arn:aws:sqs:eu-west-1:123456789012:q"),
    ],
)
def test_an_arn_is_made_of_the_resources_name(token: str, inputs: dict[str, Any], arn: str) -> None:
    assert outputs(token, **inputs)["arn"] == arn


def test_an_image_repository_has_an_address() -> None:
    found = outputs("aws:ecr/repository:Repository", name="images")

    assert found["repositoryUrl"] == "123456789012.dkr.ecr.eu-west-1.amazonaws.com/images"


def test_a_type_that_nobody_asks_has_an_arn_all_the_same() -> None:
    assert outputs("aws:ec2/vpc:Vpc")["arn"].endswith(":thing")
