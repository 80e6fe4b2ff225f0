"""Policies are read as IAM reads them; what is not known never allows anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.preflight import iam


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(**parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **parts}


@pytest.mark.parametrize(
    ("action", "allowed"),
    [("s3:GetObject", True), ("S3:getobject", True), ("s3:Get*", True), ("s3:Put*", False)],
)
def test_actions_have_wildcards_and_no_case(
    action: str,
    allowed: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert iam.allows([document(allow(Action=[action]))], "s3:GetObject", "*") is allowed


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        ("arn:aws:s3:::b/dags/*", True),
        ("arn:aws:s3:::b/dag?/x.py", True),
        ("arn:aws:s3:::B/dags/*", False),
        ("arn:aws:s3:::b", False),
    ],
)
def test_resources_have_wildcards_and_case(
    resource: str,
    allowed: bool,  # noqa: FBT001 - a table's column
) -> None:
    found = iam.allows(
        [document(allow(Resource=resource))], "s3:GetObject", "arn:aws:s3:::b/dags/x.py"
    )

    assert found is allowed


def test_a_deny_wins_wherever_it_stands() -> None:
    documents = [document(allow(Effect="Deny")), document(allow())]

    assert not iam.allows(documents, "s3:GetObject", "*")


def test_nothing_said_is_refused() -> None:
    assert not iam.allows([document()], "s3:GetObject", "*")


def test_one_statement_needs_no_list() -> None:
    assert iam.allows([{"Statement": allow()}], "s3:GetObject", "*")


def test_the_opposite_of_an_action_means_all_others() -> None:
    statement = {"Effect": "Allow", "NotAction": "s3:PutObject", "NotResource": "arn:b"}

    assert iam.allows([document(statement)], "s3:GetObject", "arn:a")
    assert not iam.allows([document(statement)], "s3:PutObject", "arn:a")
    assert not iam.allows([document(statement)], "s3:GetObject", "arn:b")


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": ["1", "2"]}}, True),
        ({"StringEquals": {"AWS:principalaccount": "1"}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": "3"}}, False),
        ({"StringNotEquals": {"aws:PrincipalAccount": "3"}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": "1"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/mlops-*"}}, True),
        ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/mlops-*"}}, False),
        ({"StringLike": {"missing": "*"}}, False),
        ({"StringLikeIfExists": {"missing": "*"}}, True),
        ({"StringNotLike": {"missing": "*"}}, True),
        ({"Null": {"missing": "true"}}, True),
        ({"Null": {"aws:PrincipalAccount": True}}, False),
        ({"Bool": {"kms:GrantIsForAWSResource": True}}, True),
        ({"Bool": {"kms:GrantIsForAWSResource": "false"}}, False),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalAccount": "1"}}, True),
        ({"NumericLessThan": {"aws:PrincipalAccount": "9"}}, False),
    ],
)
def test_conditions_hold_by_what_is_known(
    condition: dict[str, Any],
    allowed: bool,  # noqa: FBT001 - a table's column
) -> None:
    context = {
        "aws:PrincipalAccount": "1",
        "aws:PrincipalArn": "arn:aws:iam::1:role/mlops-dev-airflow",
        "kms:GrantIsForAWSResource": "true",
    }

    found = iam.allows([document(allow(Condition=condition))], "s3:GetObject", "*", context)

    assert found is allowed


@pytest.mark.parametrize(
    ("principal", "allowed"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["arn:aws:iam::1:root"]}, True),
        ({"AWS": "arn:aws:iam::2:root"}, False),
        ({"Service": "logs.amazonaws.com"}, False),
        (None, False),
    ],
)
def test_a_resources_own_policy_means_who_it_names(
    principal: Any,
    allowed: bool,  # noqa: FBT001 - a table's column
) -> None:
    found = iam.allows(
        [document(allow(Principal=principal))],
        "s3:GetObject",
        "*",
        principals=frozenset({"arn:aws:iam::1:root"}),
    )

    assert found is allowed


def test_only_services_that_the_conditions_let_are_trusted() -> None:
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"Service": ["a.amazonaws.com", "b.amazonaws.com"], "AWS": "someone"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "1"}},
        }
    )

    assert iam.trusted_services(trust, {"aws:SourceAccount": "1"}) == {
        "a.amazonaws.com",
        "b.amazonaws.com",
    }
    assert iam.trusted_services(trust, {"aws:SourceAccount": "2"}) == set()


@given(st.text(max_size=20))
def test_a_pattern_without_wildcards_means_itself_alone(text: str) -> None:
    plain = text.replace("*", "").replace("?", "")

    assert iam.matches(plain, plain)
    assert not iam.matches(plain, plain + "x")
