"""Conditions hold, or are named with what was found."""

from __future__ import annotations

from typing import Any

import pytest

from ops.iam.conditions import lower_keys, unmet
from ops.iam.errors import UnknownInPolicyError

ARN = "arn:aws:iam::1:role/stack-etl"
CONTEXT = {
    "aws:PrincipalArn": ARN,
    "aws:SecureTransport": "true",
    "iam:PassedToService": "sagemaker.amazonaws.com",
    "sagemaker:VpcSubnets": ["subnet-1", "subnet-2"],
    "s3:max-keys": "10",
}
SUBNETS = "sagemaker:VpcSubnets"


def found(operator: str, key: str, values: Any) -> list[str]:
    return unmet({operator: {key: values}}, lower_keys(CONTEXT))


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        ("StringEquals", "iam:PassedToService", "sagemaker.amazonaws.com"),
        ("StringEquals", "IAM:passedtoservice", ["x", "sagemaker.amazonaws.com"]),
        ("StringEqualsIgnoreCase", "iam:PassedToService", "SageMaker.amazonaws.com"),
        ("StringNotEquals", "iam:PassedToService", ["glue.amazonaws.com", "x"]),
        ("StringLike", "iam:PassedToService", "*.amazonaws.com"),
        ("StringNotLike", "iam:PassedToService", "glue*"),
        ("ArnEquals", "aws:PrincipalArn", [ARN]),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::1:role/stack-*"),
        ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::1:role/other-*"),
        ("Bool", "aws:SecureTransport", "true"),
        ("Bool", "aws:SecureTransport", True),
        ("NumericLessThanEquals", "s3:max-keys", 10),
        ("NumericNotEquals", "s3:max-keys", 11),
        ("Null", "aws:SourceVpce", "true"),
        ("Null", "aws:PrincipalArn", "false"),
        ("ForAllValues:StringEquals", SUBNETS, ["subnet-1", "subnet-2", "subnet-3"]),
        ("ForAnyValue:StringEquals", SUBNETS, ["subnet-2"]),
        # a key that is not there
        ("StringNotEquals", "aws:SourceVpce", "vpce-1"),
        ("ArnNotLike", "aws:SourceArn", "arn:*"),
        ("StringEqualsIfExists", "aws:SourceVpce", "vpce-1"),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["a"]),
    ],
)
def test_a_condition_holds(operator: str, key: str, values: Any) -> None:
    assert found(operator, key, values) == []


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        ("StringEquals", "iam:PassedToService", "glue.amazonaws.com"),
        ("StringEquals", "iam:PassedToService", "*.amazonaws.com"),
        ("StringNotEquals", "iam:PassedToService", ["x", "sagemaker.amazonaws.com"]),
        ("StringLike", "iam:PassedToService", "Sage*"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::2:role/*"),
        ("ArnNotEquals", "aws:PrincipalArn", ARN),
        ("Bool", "aws:SecureTransport", "false"),
        ("NumericGreaterThan", "s3:max-keys", "10"),
        ("Null", "aws:PrincipalArn", "true"),
        ("ForAllValues:StringEquals", SUBNETS, ["subnet-1"]),
        ("ForAnyValue:StringEquals", SUBNETS, ["subnet-3"]),
        ("StringEquals", SUBNETS, ["subnet-1"]),
        ("StringEqualsIfExists", "aws:PrincipalArn", "x"),
        # a key that is not there
        ("StringEquals", "aws:SourceVpce", "vpce-1"),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["a"]),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"]),
        ("Null", "aws:SourceVpce", "false"),
    ],
)
def test_a_condition_that_does_not_hold_is_named(operator: str, key: str, values: Any) -> None:
    problems = found(operator, key, values)

    assert len(problems) == 1
    assert operator in problems[0]
    assert key in problems[0]


def test_every_operator_and_every_key_has_to_hold() -> None:
    conditions = {
        "Bool": {"aws:SecureTransport": "false"},
        "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com", "aws:x": "y"},
    }

    problems = unmet(conditions, lower_keys(CONTEXT))

    assert [problem.split(" ")[1] for problem in problems] == ["aws:SecureTransport", "aws:x"]


@pytest.mark.parametrize("operator", ["IpAddress", "DateLessThan", "BinaryEquals", "StringFits"])
def test_an_operator_that_is_unknown_is_refused(operator: str) -> None:
    with pytest.raises(UnknownInPolicyError, match=f"operator is unknown.*{operator}.*teach it"):
        found(operator, "aws:PrincipalArn", "x")


def test_a_variable_is_refused() -> None:
    with pytest.raises(UnknownInPolicyError, match="values without variables"):
        found("StringEquals", "aws:PrincipalArn", "${aws:username}")
