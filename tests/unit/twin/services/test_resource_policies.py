"""Whether a resource's policy admits a service."""

from __future__ import annotations

from typing import Any

import pytest

from twin.services.resource_policies import allows

RULE = "arn:aws:events:us-east-1:123456789012:rule/push"
STATEMENT: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Condition": {
        "ArnLike": {"AWS:SourceArn": RULE},
        "StringEquals": {"AWS:SourceAccount": "123456789012"},
    },
}


def admitted(*statements: dict[str, Any]) -> bool:
    return allows(
        {"Statement": list(statements)},
        service="events.amazonaws.com",
        action="lambda:InvokeFunction",
        source_arn=RULE,
        account="123456789012",
    )


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Condition": {}},
        {"Action": ["lambda:Get*", "lambda:*"]},
        {"Principal": {"Service": ["s3.amazonaws.com", "events.amazonaws.com"]}},
        {"Principal": "*"},
        {"Condition": {"ArnEquals": {"aws:SourceArn": [RULE, "arn:other"]}}},
        {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}}},
    ],
)
def test_a_matching_statement_admits(change: dict[str, Any]) -> None:
    assert admitted(STATEMENT | change)


@pytest.mark.parametrize(
    "change",
    [
        {"Principal": {"Service": "s3.amazonaws.com"}},
        {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
        {"Action": "lambda:GetFunction"},
        {"Condition": {"ArnLike": {"aws:SourceArn": RULE + "-other"}}},
        {"Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    ],
)
def test_a_statement_about_something_else_does_not(change: dict[str, Any]) -> None:
    assert not admitted(STATEMENT | change)


def test_a_refusal_wins() -> None:
    assert not admitted(STATEMENT, {**STATEMENT, "Effect": "Deny"})


def test_a_refusal_of_plain_http_does_not_concern_a_service() -> None:
    plain_http = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }

    assert admitted(STATEMENT, plain_http)


def test_without_a_policy_nobody_is_admitted() -> None:
    assert not allows(
        None, service="events.amazonaws.com", action="a", source_arn=RULE, account="1"
    )


def test_a_source_that_is_not_told_keeps_no_condition() -> None:
    bare: dict[str, Any] = {**STATEMENT, "Condition": {}}

    def admits(statement: dict[str, Any]) -> bool:
        return allows(
            {"Statement": [statement]},
            service="events.amazonaws.com",
            action="lambda:InvokeFunction",
            source_arn="",
            account="",
        )

    assert not admits(STATEMENT)
    assert admits(bare)
