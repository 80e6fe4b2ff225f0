"""A key opens to the steps and services that need it, through what they need it for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from components.key_policies import data_key_policy, logs_key_policy, messages_key_policy
from components.naming import Names

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
ROOT = "arn:aws:iam::123456789012:root"
POLICIES = pytest.mark.parametrize(
    "policy", [data_key_policy, logs_key_policy, messages_key_policy]
)


def statements(policy: Callable[[Names], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in policy(NAMES)["Statement"]}


@POLICIES
def test_who_administers_it_may_not_use_it(policy: Callable[[Names], dict[str, Any]]) -> None:
    administer = statements(policy)["Administer"]

    assert administer["Principal"] == {"AWS": ROOT}
    assert "kms:PutKeyPolicy" in administer["Action"]
    assert not {
        "kms:*",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
    } & set(administer["Action"])


@POLICIES
def test_the_whole_account_uses_it_under_a_condition_alone(
    policy: Callable[[Names], dict[str, Any]],
) -> None:
    open_to_all = [
        sid
        for sid, statement in statements(policy).items()
        if statement["Principal"] == {"AWS": ROOT} and "Condition" not in statement
    ]

    assert open_to_all == ["Administer"]


def test_a_role_is_named_by_a_condition_as_it_may_not_exist_yet() -> None:
    reading = statements(data_key_policy)["ReadObjects"]

    assert reading["Principal"] == {"AWS": ROOT}
    assert reading["Action"] == ["kms:Decrypt"]
    assert reading["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": ["arn:aws:iam::123456789012:role/mlops-dev-trigger"]},
        "StringEquals": {
            "kms:ViaService": ["lambda.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"]
        },
    }


def test_people_use_it_through_services_and_the_steps_not_as_people() -> None:
    people = statements(data_key_policy)["LetPeopleUseIt"]

    assert "s3.us-east-1.amazonaws.com" in people["Condition"]["StringEquals"]["kms:ViaService"]
    assert people["Condition"]["ArnNotLike"] == {
        "aws:PrincipalArn": "arn:aws:iam::123456789012:role/mlops-dev-*"
    }


@pytest.mark.parametrize("sid", ["EncryptVolumes", "LetDeployersHandItToServices"])
def test_it_is_handed_on_to_services_of_aws_alone(sid: str) -> None:
    granting = statements(data_key_policy)[sid]

    assert granting["Action"] == ["kms:CreateGrant"]
    assert granting["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}


@pytest.mark.parametrize("policy", [data_key_policy, logs_key_policy])
def test_it_encrypts_the_logs_of_our_own_groups_alone(
    policy: Callable[[Names], dict[str, Any]],
) -> None:
    logs = statements(policy)["EncryptOurLogs"]

    groups = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert logs["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    assert all("mlops-dev-" in group for group in groups)


def test_what_could_not_be_delivered_is_held_by_its_queue_and_not_by_its_source() -> None:
    events = statements(messages_key_policy)["KeepUndeliveredEvents"]

    assert events["Principal"] == {"Service": "events.amazonaws.com"}
    assert events["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:sqs:arn": ["arn:aws:sqs:us-east-1:123456789012:mlops-dev-*"]
        }
    }


def test_whoever_deploys_may_do_with_it_what_mwaa_asks_of_them_through_mwaa_alone() -> None:
    making = statements(data_key_policy)["LetDeployersMakeTheEnvironment"]

    # MWAA's guide, "Accessing an Amazon MWAA environment", the policy with a key of one's own.
    asked = ("Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
    assert making["Action"] == [f"kms:{one}" for one in (*asked, "ReEncryptFrom", "ReEncryptTo")]
    assert making["Condition"] == {
        "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/mlops-dev-*"},
        "StringEquals": {"kms:ViaService": ["airflow.us-east-1.amazonaws.com"]},
    }


def test_alarms_reach_our_topics_alone() -> None:
    notify = statements(messages_key_policy)["Notify"]

    assert notify["Principal"] == {
        "Service": tuple(f"{one}.amazonaws.com" for one in ("budgets", "cloudwatch", "events"))
    }
    assert notify["Condition"]["ArnLike"] == {
        "kms:EncryptionContext:aws:sns:topicArn": ["arn:aws:sns:us-east-1:123456789012:mlops-dev-*"]
    }
