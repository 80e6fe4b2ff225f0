"""Each rule about roles and policies finds what breaks it, and is silent about what keeps it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policy import identity
from tests.unit.policy.builders import broken, graph, resource

if TYPE_CHECKING:
    from ops.graph import Resource

ACCOUNT = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
PASSED = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
ROLE_ARN = "arn:aws:iam::123456789012:role/a"


def document(**statement: Any) -> str:
    """Return a policy of one statement."""
    return json.dumps({"Statement": [{"Effect": "Allow", **statement}]})


def role(**statement: Any) -> Resource:
    """Return a role with this trust."""
    return resource(identity.ROLE, assumeRolePolicy=document(**statement))


def policy(**statement: Any) -> Resource:
    """Return what a role is allowed."""
    return resource("aws:iam/rolePolicy:RolePolicy", policy=document(**statement))


def queue(**statement: Any) -> Resource:
    """Return a queue's own policy."""
    return resource("aws:sqs/queuePolicy:QueuePolicy", policy=document(**statement))


PERMISSION = "aws:lambda/permission:Permission"
CASES: dict[str, tuple[Resource, Resource]] = {
    "role-trusts-a-service": (
        role(Principal={"Service": "glue.amazonaws.com"}),
        role(Principal={"AWS": "arn:aws:iam::210987654321:root"}),
    ),
    "role-acts-for-us": (
        role(Principal={"Service": "glue.amazonaws.com"}, Condition=ACCOUNT),
        role(Principal={"Service": "glue.amazonaws.com"}),
    ),
    "role-names-its-actions": (policy(Action=["s3:GetObject"]), policy(Action=["s3:*"])),
    "role-hands-over-named-roles": (
        policy(Action="iam:PassRole", Resource=ROLE_ARN, Condition=PASSED),
        policy(Action="iam:PassRole", Resource="arn:aws:iam::1:role/*", Condition=PASSED),
    ),
    "resource-not-public": (
        queue(Principal={"Service": "events.amazonaws.com"}),
        queue(Principal={"AWS": "*"}),
    ),
    "function-not-public": (
        resource(PERMISSION, principal="events.amazonaws.com", sourceArn="a rule"),
        resource(PERMISSION, principal="events.amazonaws.com"),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_keeps_a_rule_is_left_alone(rule: str) -> None:
    kept, _ = CASES[rule]

    assert rule not in broken(identity.RULES, graph(kept))


@pytest.mark.parametrize("rule", CASES)
def test_what_breaks_a_rule_is_found(rule: str) -> None:
    _, breaking = CASES[rule]

    assert rule in broken(identity.RULES, graph(breaking))


def test_a_role_that_may_be_handed_to_any_service_is_found() -> None:
    any_service = policy(Action="iam:PassRole", Resource=ROLE_ARN)

    assert "role-hands-over-named-roles" in broken(identity.RULES, graph(any_service))


def test_everything_but_some_actions_is_found() -> None:
    opposite = policy(NotAction=["iam:DeleteRole"], Resource=ROLE_ARN)

    assert "role-names-its-actions" in broken(identity.RULES, graph(opposite))


def test_everybody_under_a_condition_on_the_account_is_somebody() -> None:
    ours = queue(Principal="*", Condition={"StringEquals": {"aws:PrincipalAccount": "1"}})

    assert "resource-not-public" not in broken(identity.RULES, graph(ours))
