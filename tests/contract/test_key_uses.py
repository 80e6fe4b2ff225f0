"""Keys, and who is to use them, agree: a key's policy and a role's own both have to allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from ops.iam.documents import Statement, parse
from ops.iam.wildcards import fits_arn
from tests.stack_forms import ALL, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.graph import Graph, Resource

FORMS = pytest.mark.parametrize(("name", "form"), ALL)
KEY, POLICY, ROLE = "aws:kms/key:Key", "aws:iam/rolePolicy:RolePolicy", "aws:iam/role:Role"
CONTEXT = "kms:EncryptionContext:aws:"
OPEN_TO_IAM = {"kms:DescribeKey"}
"""What a key leaves to IAM for everybody, so that it names no role."""


def key_policies(graph: Graph) -> Iterator[tuple[str, Statement]]:
    """Yield every statement of every key beside the key's URN."""
    for key in graph.of_type(KEY):
        for statement in parse(key.inputs["policy"]):
            yield key.urn, statement


def named(statement: Statement, operator: str, key: str) -> list[str]:
    value: Any = statement.conditions.get(operator, {}).get(key, [])
    return cast("list[str]", value if isinstance(value, list) else [value])


def given_by_keys(graph: Graph) -> set[tuple[str, str]]:
    """Return each role's name beside what a key lets it do."""
    return {
        (arn.rpartition("/")[2], action)
        for _, statement in key_policies(graph)
        for arn in named(statement, "ArnEquals", "aws:PrincipalArn")
        for action in statement.actions
    }


def given_by_roles(graph: Graph) -> set[tuple[str, str]]:
    """Return each role's name beside what its own policy lets it do with keys."""
    return {
        (policy.inputs["role"], action)
        for policy in graph.of_type(POLICY)
        for statement in parse(policy.inputs["policy"])
        for action in statement.actions
        if action.startswith("kms:") and action not in OPEN_TO_IAM
    }


@FORMS
def test_what_a_role_may_do_with_a_key_the_key_lets_it_do(name: str, form: str) -> None:
    graph = stack(name, form)

    assert given_by_roles(graph) - given_by_keys(graph) == set()


def test_what_a_key_lets_a_role_do_some_role_may_do() -> None:
    by_keys = {one for name, form in ALL for one in given_by_keys(stack(name, form))}
    by_roles = {one for name, form in ALL for one in given_by_roles(stack(name, form))}

    assert by_keys - by_roles == set()


def users(graph: Graph, token: str, setting: str) -> Iterator[tuple[Resource, str]]:
    """Yield resources of a type beside the key that a setting of theirs comes from."""
    keys = {key.urn for key in graph.of_type(KEY)}
    for resource in graph.of_type(token):
        for urn in resource.property_dependencies.get(setting, frozenset()) & keys:
            yield resource, urn


@FORMS
@pytest.mark.parametrize(
    ("token", "setting", "context", "arn"),
    [
        (
            "aws:cloudwatch/logGroup:LogGroup",
            "kmsKeyId",
            "logs:arn",
            "arn:aws:logs:us-east-1:123456789012:log-group:{name}",
        ),
        (
            "aws:sqs/queue:Queue",
            "kmsMasterKeyId",
            "sqs:arn",
            "arn:aws:sqs:us-east-1:123456789012:{name}",
        ),
        (
            "aws:sns/topic:Topic",
            "kmsMasterKeyId",
            "sns:topicArn",
            "arn:aws:sns:us-east-1:123456789012:{name}",
        ),
    ],
)
def test_a_service_may_encrypt_what_has_the_key(
    name: str, form: str, token: str, setting: str, context: str, arn: str
) -> None:
    graph = stack(name, form)

    found = list(users(graph, token, setting))

    refused = [
        resource.name
        for resource, key in found
        if not any(
            fits_arn(pattern, arn.format(name=resource.inputs["name"]))
            for urn, statement in key_policies(graph)
            if urn == key and statement.names_action("kms:GenerateDataKey")
            for pattern in named(statement, "ArnLike", f"{CONTEXT}{context}")
        )
    ]
    assert {resource.name for resource, _ in found} == {
        resource.name for resource in graph.of_type(token)
    }
    assert refused == []
