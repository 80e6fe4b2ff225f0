"""Every permission names what it opens; where AWS has nothing to name, the reason stands here."""

from __future__ import annotations

import pytest

from policy import wildcards
from policy.rule import statements
from tests.policy_documents import IDENTITY, KEY, LIMITS, ROLE, allowed, documents, of_type
from tests.stack_forms import ALL, stack


def test_every_kind_of_policy_is_looked_at() -> None:
    held = {
        (resource.type, name)
        for stack_name, form in ALL
        for resource in stack(stack_name, form)
        for name, given in resource.inputs.items()
        if statements(given)
    }

    assert held == {(token, name) for token, (name, _) in LIMITS.items()}


def test_an_action_is_named_in_full() -> None:
    wild = {
        (statement.sid, action)
        for _, statement in allowed()
        for action in statement.actions
        if "*" in action and statement.sid not in wildcards.ACTIONS
    }

    assert wild == set()


def test_a_resource_is_named_as_far_as_it_has_a_name() -> None:
    wild = {
        (statement.sid, resource)
        for _, statement in allowed()
        for resource in statement.resources
        if statement.sid not in wildcards.RESOURCES and not is_named(resource)
    }

    assert wild == set()


def test_a_keys_own_policy_means_the_key_alone() -> None:
    for key in of_type(KEY):
        for statement in key.statements:
            assert statement.resources == ("*",)
            assert not [action for action in statement.actions if "*" in action], key.owner


def test_every_reason_is_still_needed() -> None:
    resources = {
        statement.sid
        for _, statement in allowed()
        if not all(is_named(resource) for resource in statement.resources)
    }
    actions = {
        statement.sid
        for _, statement in allowed()
        if any("*" in action for action in statement.actions)
    }

    assert resources == set(wildcards.RESOURCES)
    assert actions == set(wildcards.ACTIONS)


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


def test_statements_of_a_policy_have_names_of_their_own() -> None:
    for document in documents():
        sids = [statement.sid for statement in document.statements]
        assert len(sids) == len(set(sids)), document.owner


@pytest.mark.parametrize("token", LIMITS)
def test_a_policy_fits(token: str) -> None:
    _, limit = LIMITS[token]

    sizes = {document.owner: document.size for document in of_type(token)}

    assert {owner: size for owner, size in sizes.items() if size > limit} == {}


def test_a_role_has_one_policy_so_that_its_limit_is_that_one_s() -> None:
    owners = [document.owner for document in of_type(IDENTITY)]

    roles = {document.owner.removesuffix("-role") for document in of_type(ROLE)}
    assert {owner.removesuffix("-policy") for owner in owners} == roles


def test_a_role_is_trusted_by_services_alone() -> None:
    for role in of_type(ROLE):
        for statement in role.statements:
            assert list(statement.principals) == ["Service"], role.owner
            assert statement.actions == ("sts:AssumeRole",)


def test_a_bucket_lets_in_nothing_but_services() -> None:
    let_in = {
        kind
        for policy in of_type("aws:s3/bucketPolicy:BucketPolicy")
        for statement in policy.statements
        if not statement.is_deny
        for kind in statement.principals
    }

    assert let_in == {"Service"}


def is_named(resource: str) -> bool:
    """Tell whether an ARN has a name before its first star, and whose it is."""
    parts = resource.split(":", 5)
    if len(parts) < 6 or any("*" in part for part in parts[:5]):
        return False
    name = parts[5].removeprefix("log-group:")
    before_star = name.partition("*")[0]
    is_whole_kind = before_star.count("/") == 1 and before_star.endswith("/") and "*" in name
    return bool(before_star) and not is_whole_kind
