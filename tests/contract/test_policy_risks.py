"""No role can raise its own permissions, carry data away, or do with a service as it likes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cloudsplaining.scan.policy_document import PolicyDocument

from policy import wildcards
from tests.policy_documents import IDENTITY, Document, of_type

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLES = pytest.mark.parametrize("document", of_type(IDENTITY), ids=lambda document: document.owner)


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
