"""What the twin changes in moto's IAM, which takes policies of any length."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.services import iam

if TYPE_CHECKING:
    from twin.cloud import Cloud

ROLE = "etl"
FRAME = len(json.dumps({"Version": "2012-10-17", "Statement": []}, separators=(",", ":")))
ALLOWS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUSTS = {
    "Effect": "Allow",
    "Principal": {"Service": "glue.amazonaws.com"},
    "Action": "sts:AssumeRole",
}


@pytest.fixture
def client(cloud: Cloud) -> Any:
    """Return a client of IAM in an account with one role."""
    iam.install(cloud)
    client = cloud.client("iam")
    client.create_role(RoleName=ROLE, AssumeRolePolicyDocument=document(300, TRUSTS))
    return client


def document(size: int, statement: dict[str, Any] = ALLOWS) -> str:
    """Return a policy of so many characters; white space, which does not count, comes besides."""
    named = {"Sid": "", **statement}
    left = size - FRAME - len(json.dumps(named, separators=(",", ":")))
    named["Sid"] = "x" * left
    return json.dumps({"Version": "2012-10-17", "Statement": [named]}, indent=4)


def test_policies_that_fit_are_taken(client: Any) -> None:
    client.update_assume_role_policy(RoleName=ROLE, PolicyDocument=document(2_048, TRUSTS))
    client.put_role_policy(RoleName=ROLE, PolicyName="p", PolicyDocument=document(10_240))
    client.create_policy(PolicyName="managed", PolicyDocument=document(6_144))

    kept = client.get_role_policy(RoleName=ROLE, PolicyName="p")["PolicyDocument"]
    assert kept["Statement"][0]["Action"] == "s3:GetObject"


@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        (
            "create_role",
            {"RoleName": "new", "AssumeRolePolicyDocument": document(2_049, TRUSTS)},
            "Cannot exceed quota for ACLSizePerRole: 2048",
        ),
        (
            "update_assume_role_policy",
            {"RoleName": ROLE, "PolicyDocument": document(2_049, TRUSTS)},
            "Cannot exceed quota for ACLSizePerRole: 2048",
        ),
        (
            "put_role_policy",
            {"RoleName": ROLE, "PolicyName": "p", "PolicyDocument": document(10_241)},
            "Maximum policy size of 10240 bytes exceeded for role etl",
        ),
        (
            "create_policy",
            {"PolicyName": "managed", "PolicyDocument": document(6_145)},
            "Cannot exceed quota for PolicySize: 6144",
        ),
    ],
)
def test_a_policy_that_is_too_long_is_refused(
    client: Any, operation: str, parameters: dict[str, str], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as refusal:
        getattr(client, operation)(**parameters)

    response: Any = refusal.value.response
    assert response["Error"]["Code"] == "LimitExceeded"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_a_version_of_a_policy_that_is_too_long_is_refused(client: Any) -> None:
    policy = client.create_policy(PolicyName="managed", PolicyDocument=document(200))["Policy"]

    with pytest.raises(ClientError, match="PolicySize: 6144"):
        client.create_policy_version(PolicyArn=policy["Arn"], PolicyDocument=document(6_145))


def test_the_policies_of_a_role_count_together(client: Any) -> None:
    client.put_role_policy(RoleName=ROLE, PolicyName="one", PolicyDocument=document(9_000))

    with pytest.raises(ClientError, match="10240 bytes exceeded"):
        client.put_role_policy(RoleName=ROLE, PolicyName="two", PolicyDocument=document(1_241))


def test_a_policy_in_the_place_of_another_counts_alone(client: Any) -> None:
    client.put_role_policy(RoleName=ROLE, PolicyName="one", PolicyDocument=document(9_000))

    client.put_role_policy(RoleName=ROLE, PolicyName="one", PolicyDocument=document(9_001))

    assert client.list_role_policies(RoleName=ROLE)["PolicyNames"] == ["one"]
