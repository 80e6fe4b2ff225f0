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
    "roles-alone": (
        policy(Action="s3:GetObject"),
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", policyArn="arn:p"),
    ),
    "role-hands-over-named-roles": (
        policy(Action="iam:PassRole", Resource=ROLE_ARN, Condition=PASSED),
        policy(Action="iam:PassRole", Resource="arn:aws:iam::1:role/*", Condition=PASSED),
    ),
    "resource-not-public": (
        queue(Principal={"Service": "events.amazonaws.com"}),
        queue(Principal={"AWS": "*"}),
    ),
    "resource-names-its-actions": (
        queue(Principal={"Service": "events.amazonaws.com"}, Action="sqs:SendMessage"),
        queue(Principal={"Service": "events.amazonaws.com"}, Action="sqs:*"),
    ),
    "nobody-locked-out": (
        queue(Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
        queue(Effect="Deny", Principal="*"),
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


@pytest.mark.parametrize("action", ["iam:Pass*", "IAM:PASSROLE", "iam:*", "*"])
def test_handing_over_by_another_spelling_is_found(action: str) -> None:
    any_role = policy(Action=[action], Resource="*", Condition=PASSED)

    assert "role-hands-over-named-roles" in broken(identity.RULES, graph(any_role))


@pytest.mark.parametrize("action", ["s3:Get*", "s3:GetObjec?", "*"])
def test_a_kind_of_actions_is_found(action: str) -> None:
    assert "role-names-its-actions" in broken(identity.RULES, graph(policy(Action=action)))


@pytest.mark.parametrize("name", ["managedPolicyArns", "inlinePolicies"])
def test_a_policy_that_hides_in_the_role_is_found(name: str) -> None:
    hiding: dict[str, Any] = {name: ["p"]}

    assert "roles-alone" in broken(identity.RULES, graph(resource(identity.ROLE, **hiding)))


def test_a_person_is_found() -> None:
    assert "roles-alone" in broken(identity.RULES, graph(resource("aws:iam/user:User")))


def test_a_role_for_every_service_is_found() -> None:
    every = role(Principal={"Service": "*"}, Condition=ACCOUNT)

    assert "role-trusts-a-service" in broken(identity.RULES, graph(every))


@pytest.mark.parametrize(
    "statement",
    [
        {"NotPrincipal": {"AWS": "arn:aws:iam::1:root"}},
        {"Principal": "*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "1"}}},
        {"Principal": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}},
        {"Principal": "*", "Condition": {"Null": {"aws:PrincipalArn": "false"}}},
    ],
)
def test_everybody_in_other_words_is_found(statement: dict[str, Any]) -> None:
    assert "resource-not-public" in broken(identity.RULES, graph(queue(**statement)))


def test_a_public_policy_on_a_type_that_nobody_listed_is_found() -> None:
    topic = resource("aws:new/thing:Thing", anything=document(Principal="*", Action="a:b"))

    assert "resource-not-public" in broken(identity.RULES, graph(topic))


def test_every_resource_but_some_is_found() -> None:
    opposite = policy(Action="s3:GetObject", NotResource=ROLE_ARN)

    assert "role-names-its-actions" in broken(identity.RULES, graph(opposite))


def test_a_resource_that_allows_every_action_but_some_is_found() -> None:
    opposite = queue(Principal={"Service": "events.amazonaws.com"}, NotAction="sqs:DeleteQueue")

    assert "resource-names-its-actions" in broken(identity.RULES, graph(opposite))


@pytest.mark.parametrize(
    "key",
    [
        *("aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:ResourceAccount"),
        *("aws:SourceAccount", "aws:SourceArn", "kms:CallerAccount"),
    ],
)
def test_each_key_that_leaves_one_account_narrows(key: str) -> None:
    ours = queue(Principal="*", Condition={"StringEquals": {key: "ours"}})

    assert "resource-not-public" not in broken(identity.RULES, graph(ours))


def test_a_function_called_for_our_account_is_not_public() -> None:
    called = resource(PERMISSION, principal="events.amazonaws.com", sourceAccount="1")

    assert "function-not-public" not in broken(identity.RULES, graph(called))


@pytest.mark.parametrize("kind", ["VpcEndpoint", "VpcEndpointPolicy"])
def test_an_endpoints_policy_opens_nothing(kind: str) -> None:
    token = f"aws:ec2/{kind[0].lower()}{kind[1:]}:{kind}"
    endpoint = resource(token, policy=document(Principal="*", Action="*"))

    assert broken(identity.RULES, graph(endpoint)) == set()


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": "*", "Action": "sqs:*"},
        {"Principal": {"AWS": ROLE_ARN}, "Action": "sqs:*"},
    ],
)
def test_what_is_refused_opens_nothing(statement: dict[str, Any]) -> None:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    refusing = queue(Effect="Deny", Condition=condition, **statement)

    assert broken(identity.RULES, graph(refusing)) == set()


def test_a_refusal_of_somebody_locks_out_nobody_else() -> None:
    one = queue(Effect="Deny", Principal={"AWS": ROLE_ARN})

    assert "nobody-locked-out" not in broken(identity.RULES, graph(one))


def test_everybody_under_a_condition_on_the_account_is_somebody() -> None:
    ours = queue(Principal="*", Condition={"StringEquals": {"aws:PrincipalAccount": "1"}})

    assert "resource-not-public" not in broken(identity.RULES, graph(ours))
