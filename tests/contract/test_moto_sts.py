"""What the twin changes in moto's STS, which gives credentials of roles that do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.errors import TwinError
from twin.services import sts

if TYPE_CHECKING:
    from twin.cloud import Cloud

PLACE = "arn:aws:iam::123456789012:role"
UNKNOWN = (f"{PLACE}/none", f"{PLACE}/etl", "arn:aws:iam::999999999999:role/jobs/etl")


@pytest.fixture
def client(cloud: Cloud) -> Any:
    """Return a client of STS in an account with one role."""
    sts.install(cloud)
    cloud.client("iam").create_role(RoleName="etl", Path="/jobs/", AssumeRolePolicyDocument="{}")
    return cloud.client("sts")


def test_a_role_that_exists_is_assumed(client: Any) -> None:
    answer = client.assume_role(RoleArn=f"{PLACE}/jobs/etl", RoleSessionName="me")

    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::123456789012:assumed-role/etl/me"


@pytest.mark.parametrize("arn", UNKNOWN)
def test_a_role_that_does_not_exist_is_denied(client: Any, arn: str) -> None:
    with pytest.raises(
        ClientError, match=f"is not authorized to perform: sts:AssumeRole on resource: {arn}"
    ) as refusal:
        client.assume_role(RoleArn=arn, RoleSessionName="me")

    response: Any = refusal.value.response
    assert response["Error"]["Code"] == "AccessDenied"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize("arn", UNKNOWN)
def test_no_service_acts_as_a_role_that_does_not_exist(cloud: Cloud, client: Any, arn: str) -> None:
    assert client

    with pytest.raises(TwinError, match="the role does not exist"):
        cloud.role_environment(arn)
