"""A name that is in use is refused, also by the services that the twin leaves to moto.

Those that it completes are looked at beside their other rules. S3 is none of them: in its first
region it gives a bucket once more to whom it belongs to, and so does the twin.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.roles import trust

if TYPE_CHECKING:
    from twin.cloud import Cloud

ACCOUNT = "123456789012"
ALL_OF_S3 = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [ALL_OF_S3]})
BUDGET = {"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
LIMIT = {"BudgetLimit": {"Amount": "1", "Unit": "USD"}}

NAMED: list[tuple[str, str, dict[str, Any], str]] = [
    (
        *("budgets", "create_budget", {"AccountId": ACCOUNT, "Budget": {**BUDGET, **LIMIT}}),
        "DuplicateRecordException",
    ),
    ("ecr", "create_repository", {"repositoryName": "images"}, "RepositoryAlreadyExistsException"),
    (
        *("glue", "create_security_configuration", {"Name": "s", "EncryptionConfiguration": {}}),
        "AlreadyExistsException",
    ),
    (
        *("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": trust("glue")}),
        "EntityAlreadyExists",
    ),
    (
        *("iam", "create_policy", {"PolicyName": "p", "PolicyDocument": POLICY}),
        "EntityAlreadyExists",
    ),
    ("logs", "create_log_group", {"logGroupName": "g"}, "ResourceAlreadyExistsException"),
    ("ssm", "put_parameter", {"Name": "/p", "Value": "1", "Type": "String"}, "ParameterAlreadyExi"),
]


def code_of(refusal: pytest.ExceptionInfo[ClientError]) -> str:
    response: Any = refusal.value.response
    return response["Error"]["Code"]


@pytest.mark.parametrize(("service", "operation", "request_", "code"), NAMED)
def test_a_name_is_taken_once(
    cloud: Cloud, service: str, operation: str, request_: dict[str, Any], code: str
) -> None:
    create = getattr(cloud.client(service), operation)
    create(**request_)

    with pytest.raises(ClientError) as refusal:
        create(**request_)

    assert code_of(refusal).startswith(code)


def test_an_alias_is_of_one_key(cloud: Cloud) -> None:
    client = cloud.client("kms")
    first, second = (client.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    client.create_alias(AliasName="alias/data", TargetKeyId=first)

    with pytest.raises(ClientError) as refusal:
        client.create_alias(AliasName="alias/data", TargetKeyId=second)

    assert code_of(refusal) == "AlreadyExistsException"


def test_a_security_group_s_name_is_taken_once_in_its_network(cloud: Cloud) -> None:
    client = cloud.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = {"GroupName": "airflow", "Description": "Airflow", "VpcId": vpc}
    client.create_security_group(**group)

    with pytest.raises(ClientError) as refusal:
        client.create_security_group(**group)

    assert code_of(refusal) == "InvalidGroup.Duplicate"


def test_a_queue_that_shall_be_another_is_refused(cloud: Cloud) -> None:
    client = cloud.client("sqs")
    client.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "30"})

    with pytest.raises(ClientError) as refusal:
        client.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "60"})

    assert code_of(refusal) == "QueueAlreadyExists"
