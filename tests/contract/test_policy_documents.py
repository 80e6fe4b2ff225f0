"""Every permission names what it opens; where AWS has nothing to name, the reason stands here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from ops.program import Graph, StandInCloud, evaluate
from policy import wildcards

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
INLINE_LIMIT = 10_240
"""Characters of all inline policies of a role, without white space."""

KEY = "aws:kms/key:Key"


VARIANTS: dict[str, dict[str, str]] = {
    "dev": {},
    "connection": {"mlops:source": "connection", "mlops:sourceRepository": "team/models"},
    "review": {"mlops:reviewPullRequests": "true"},
}
"""Settings that add roles or change what they may do."""


@pytest.fixture(scope="module", params=VARIANTS)
def graph(request: pytest.FixtureRequest) -> Graph:
    """Return the dev stack with everything known, in each variant."""
    return evaluate(ROOT, "dev", StandInCloud(), values=VARIANTS[request.param])


@pytest.fixture(scope="module")
def closed() -> Graph:
    """Return the dev stack without a way out of its network, which has policies of its own."""
    values = {"mlops:egress": "endpoints", "mlops:webserverAccess": "private"}
    return evaluate(ROOT, "dev", StandInCloud(), values=values)


@pytest.fixture(scope="module")
def statements(graph: Graph, closed: Graph) -> list[dict[str, Any]]:
    """Return every statement that allows, in every policy but keys' own and trust."""
    return [
        statement
        for resource in (*graph, *closed)
        if resource.type != KEY  # for the reasons of `IN_A_KEYS_POLICY` and `IN_A_DENIAL`
        for statement in statements_of(resource.inputs.get("policy"))
        if statement["Effect"] == "Allow"
    ]


def test_an_action_is_named_in_full(statements: list[dict[str, Any]]) -> None:
    wild = [
        (statement["Sid"], action)
        for statement in statements
        for action in statement["Action"]
        if "*" in action and statement["Sid"] not in wildcards.ACTIONS
    ]

    assert wild == []


def test_a_resource_is_named_as_far_as_it_has_a_name(statements: list[dict[str, Any]]) -> None:
    wild = [
        (statement["Sid"], resource)
        for statement in statements
        for resource in statement["Resource"]
        if statement["Sid"] not in wildcards.RESOURCES and not is_named(resource)
    ]

    assert wild == []


def test_a_keys_own_policy_means_the_key_alone(graph: Graph) -> None:
    for key in graph.of_type(KEY):
        for statement in statements_of(key.inputs["policy"]):
            assert statement["Resource"] == ["*"], wildcards.IN_A_KEYS_POLICY
            assert not [action for action in statement["Action"] if "*" in action], key.name


def test_every_reason_is_still_needed(statements: list[dict[str, Any]]) -> None:
    needed = {
        statement["Sid"]
        for statement in statements
        if not all(is_named(resource) for resource in statement["Resource"])
    }

    assert needed == set(wildcards.RESOURCES)


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:sqs:us-east-1:*:queue",
        "arn:aws:iam::1:role/*",
        "arn:aws:sagemaker:us-east-1:1:endpoint/*",
    ],
)
def test_a_resource_without_a_name_is_found(resource: str) -> None:
    assert not is_named(resource)


def test_statements_of_a_policy_have_names_of_their_own(graph: Graph) -> None:
    for resource in graph:
        sids = [statement["Sid"] for statement in statements_of(resource.inputs.get("policy"))]
        assert len(sids) == len(set(sids)), resource.name


def test_an_inline_policy_fits(graph: Graph) -> None:
    sizes = {
        resource.name: len("".join(str(resource.inputs["policy"]).split()))
        for resource in graph.of_type("aws:iam/rolePolicy:RolePolicy")
    }

    assert max(sizes.values()) <= INLINE_LIMIT


def test_a_role_is_trusted_by_services_alone(graph: Graph) -> None:
    for role in graph.of_type("aws:iam/role:Role"):
        for statement in statements_of(role.inputs["assumeRolePolicy"]):
            assert list(statement["Principal"]) == ["Service"], role.name
            assert statement["Action"] == "sts:AssumeRole"


def statements_of(policy: object) -> Iterator[dict[str, Any]]:
    """Return the statements of a policy document; none of what IAM does not read."""
    if isinstance(policy, str):
        yield from cast("dict[str, Any]", json.loads(policy)).get("Statement", [])


def is_named(resource: str) -> bool:
    """Tell whether an ARN has a name before its first star, and whose it is."""
    parts = resource.split(":", 5)
    if len(parts) < 6 or any("*" in part for part in parts[:5]):
        return False
    name = parts[5].removeprefix("log-group:")
    before_star = name.partition("*")[0]
    is_whole_kind = before_star.count("/") == 1 and before_star.endswith("/") and "*" in name
    return bool(before_star) and not is_whole_kind
