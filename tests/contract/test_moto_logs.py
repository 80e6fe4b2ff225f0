"""What the twin changes in moto's CloudWatch Logs, which takes any key for a group."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.services import logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud

    MakeKey = Callable[..., str]

GROUP = "/aws/lambda/trigger"
ARN = f"arn:aws:logs:us-east-1:123456789012:log-group:{GROUP}"
OF_THE_ACCOUNT = {
    "Sid": "Administer",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "kms:*",
    "Resource": "*",
}
OF_LOGS = {
    "Sid": "EncryptOurLogs",
    "Effect": "Allow",
    "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
    "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
    "Resource": "*",
    "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": ARN}},
}
OTHER_GROUPS = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"{ARN}-*"}}
OTHER_REGION = {"Service": "logs.eu-west-1.amazonaws.com"}
NONE = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"


@pytest.fixture
def client(cloud: Cloud) -> Any:
    logs.install(cloud)
    return cloud.client("logs")


@pytest.fixture
def key(cloud: Cloud) -> MakeKey:
    """Return a function that makes a key with a policy of some statements."""

    def make(*statements: dict[str, Any]) -> str:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        return cloud.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]

    return make


def key_of(client: Any) -> str | None:
    (group,) = client.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    return group.get("kmsKeyId")


def code_of(refusal: pytest.ExceptionInfo[ClientError]) -> str:
    response: Any = refusal.value.response
    return response["Error"]["Code"]


def test_a_key_that_lets_logs_in_encrypts_a_group(client: Any, key: MakeKey) -> None:
    arn = key(OF_THE_ACCOUNT, OF_LOGS)

    client.create_log_group(logGroupName=GROUP, kmsKeyId=arn)

    assert key_of(client) == arn


@pytest.mark.parametrize(
    "statement",
    [
        {},
        {**OF_LOGS, "Condition": OTHER_GROUPS},
        {**OF_LOGS, "Principal": OTHER_REGION},
        {**OF_LOGS, "Action": ["kms:Encrypt", "kms:Decrypt"]},
    ],
    ids=["the account alone", "other groups", "another region", "too few actions"],
)
def test_a_key_that_does_not_let_logs_in_is_refused(
    client: Any, key: MakeKey, statement: dict[str, Any]
) -> None:
    arn = key(OF_THE_ACCOUNT, *([statement] if statement else []))

    with pytest.raises(
        ClientError, match=f"does not exist or is not allowed to be used with Arn '{ARN}'"
    ) as refusal:
        client.create_log_group(logGroupName=GROUP, kmsKeyId=arn)

    assert code_of(refusal) == "AccessDeniedException"
    assert client.describe_log_groups()["logGroups"] == []


def test_a_refusal_says_what_the_key_lacks(client: Any, key: MakeKey) -> None:
    arn = key(OF_THE_ACCOUNT, {**OF_LOGS, "Condition": OTHER_GROUPS})

    with pytest.raises(ClientError, match="kms:Decrypt: EncryptOurLogs allows it only with ArnL"):
        client.create_log_group(logGroupName=GROUP, kmsKeyId=arn)


def test_a_policy_that_nobody_can_judge_lets_nobody_in(client: Any, key: MakeKey) -> None:
    arn = key(OF_THE_ACCOUNT, {**OF_LOGS, "NotAction": "kms:Describe*"})

    with pytest.raises(ClientError, match="a policy's element is unknown to ops/iam"):
        client.create_log_group(logGroupName=GROUP, kmsKeyId=arn)


def test_a_key_that_is_not_there_is_refused(client: Any) -> None:
    with pytest.raises(ClientError, match="does not exist") as refusal:
        client.create_log_group(logGroupName=GROUP, kmsKeyId=NONE)

    assert code_of(refusal) == "InvalidParameterException"


def test_a_key_that_is_disabled_is_refused(cloud: Cloud, client: Any, key: MakeKey) -> None:
    arn = key(OF_THE_ACCOUNT, OF_LOGS)
    cloud.client("kms").disable_key(KeyId=arn.rpartition("/")[2])

    with pytest.raises(ClientError, match="is not allowed to be used") as refusal:
        client.create_log_group(logGroupName=GROUP, kmsKeyId=arn)

    assert code_of(refusal) == "InvalidParameterException"


def test_a_group_can_be_given_a_key_and_lose_it(client: Any, key: MakeKey) -> None:
    arn = key(OF_THE_ACCOUNT, OF_LOGS)
    client.create_log_group(logGroupName=GROUP)

    client.associate_kms_key(logGroupName=GROUP, kmsKeyId=arn)
    given = key_of(client)
    client.disassociate_kms_key(logGroupName=GROUP)

    assert given == arn
    assert key_of(client) is None


def test_a_group_is_not_given_a_key_that_does_not_let_logs_in(client: Any, key: MakeKey) -> None:
    client.create_log_group(logGroupName=GROUP)

    with pytest.raises(ClientError, match="is not allowed to be used"):
        client.associate_kms_key(logGroupName=GROUP, kmsKeyId=key(OF_THE_ACCOUNT))

    assert key_of(client) is None


def test_a_group_that_is_not_there_is_given_no_key(client: Any, key: MakeKey) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.associate_kms_key(logGroupName=GROUP, kmsKeyId=key(OF_THE_ACCOUNT, OF_LOGS))
