"""What is allowed before and after, whoever says so and however it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.preview.permissions import PermissionChange, permission_changes
from tests.unit.ops.graphs import graph, resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.graph import Graph

    Policy = Callable[..., Graph]
    Allow = Callable[..., dict[str, Any]]


NAMES = st.lists(st.sampled_from(["a:x", "a:y", "b:z"]), min_size=1, unique=True)
STATEMENTS = st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=4)


def effects(before: Graph, after: Graph) -> list[str]:
    return [change.effect for change in permission_changes(before, after)]


def test_an_action_that_comes_is_gained(role_policy: Policy, allow: Allow) -> None:
    before = role_policy(allow())
    after = role_policy(allow(["s3:GetObject", "s3:PutObject"]))

    found = permission_changes(before, after)

    assert [(one.effect, one.grant.action, one.grant.where) for one in found] == [
        ("gained", "s3:PutObject", "role etl")
    ]


def test_an_action_that_goes_is_lost(role_policy: Policy, allow: Allow) -> None:
    assert effects(role_policy(allow()), role_policy()) == ["lost"]


@given(STATEMENTS, st.randoms())
def test_another_order_or_grouping_is_no_change(
    statements: list[tuple[list[str], list[str]]], chance: Any
) -> None:
    singles = [
        {"Effect": "Allow", "Action": action, "Resource": target}
        for actions, targets in statements
        for action in actions
        for target in targets
    ]
    grouped = [
        {"Effect": "Allow", "Action": actions, "Resource": targets}
        for actions, targets in statements
    ]
    chance.shuffle(singles)

    def policy(found: list[dict[str, Any]]) -> Graph:
        document = json.dumps({"Statement": found})
        return graph(resource("aws:iam/rolePolicy:RolePolicy", "p", role="etl", policy=document))

    assert permission_changes(policy(grouped), policy(singles)) == ()


def test_a_wider_resource_is_widened(role_policy: Policy, allow: Allow) -> None:
    found = permission_changes(role_policy(allow()), role_policy(allow(on="arn:aws:s3:::b/*")))

    assert [one.effect for one in found] == ["widened"]
    assert found[0].before is not None
    assert found[0].before.target == "arn:aws:s3:::b/raw/*"
    assert found[0].grant.target == "arn:aws:s3:::b/*"


def test_a_narrower_resource_is_narrowed(role_policy: Policy, allow: Allow) -> None:
    assert effects(role_policy(allow(on="*")), role_policy(allow())) == ["narrowed"]


def test_a_dropped_condition_widens(role_policy: Policy, allow: Allow) -> None:
    conditional = role_policy(allow(Bool={"aws:SecureTransport": "true"}))

    found = permission_changes(conditional, role_policy(allow()))

    assert [(one.effect, one.allows_more, one.allows_less) for one in found] == [
        ("widened", True, False)
    ]


def test_a_new_condition_narrows(role_policy: Policy, allow: Allow) -> None:
    conditional = role_policy(allow(Bool={"aws:SecureTransport": "true"}))

    assert effects(role_policy(allow()), conditional) == ["narrowed"]


def test_another_value_of_a_condition_is_more_and_less(role_policy: Policy, allow: Allow) -> None:
    before = role_policy(allow(StringEquals={"k": "1"}))
    after = role_policy(allow(StringEquals={"k": "2"}))

    (found,) = permission_changes(before, after)

    assert found.effect == "changed"
    assert found.allows_more
    assert found.allows_less


def test_what_another_statement_already_allowed_is_not_gained(
    role_policy: Policy, allow: Allow
) -> None:
    wide = allow(on="arn:aws:s3:::b/*")

    assert effects(role_policy(wide), role_policy(wide, allow())) == []


def test_what_another_statement_still_allows_is_not_lost(role_policy: Policy, allow: Allow) -> None:
    wide = allow("s3:Get*")

    assert effects(role_policy(wide, allow()), role_policy(wide)) == []


def test_another_spelling_of_the_same_is_no_change(role_policy: Policy, allow: Allow) -> None:
    before = role_policy(allow("s3:GetObject", StringEquals={"aws:SourceAccount": "1"}))
    after = role_policy(allow("s3:getobject", StringEquals={"AWS:sourceaccount": ["1"]}))

    assert effects(before, after) == []


def test_a_loss_is_told_though_less_was_allowed_twice(role_policy: Policy, allow: Allow) -> None:
    part = allow(on="arn:aws:s3:::b/*")

    found = permission_changes(role_policy(allow(on="*"), part), role_policy(allow(), part))

    assert [(one.effect, one.before and one.before.target) for one in found] == [("narrowed", "*")]


def test_a_gain_is_told_though_less_is_allowed_twice(role_policy: Policy, allow: Allow) -> None:
    part = allow(on="arn:aws:s3:::b/*")

    found = permission_changes(role_policy(allow()), role_policy(allow(on="*"), part))

    assert ("widened", "*") in [(one.effect, one.grant.target) for one in found]


def test_what_one_may_do_already_another_gains() -> None:
    def bucket(*who: str) -> Graph:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": [*who]},
            "Action": "s3:GetObject",
            "Resource": "*",
        }
        document = json.dumps({"Statement": [statement]})
        return graph(resource("aws:s3/bucketPolicy:BucketPolicy", "p", bucket="b", policy=document))

    (found,) = permission_changes(bucket("arn:a"), bucket("arn:a", "arn:b"))

    assert (found.effect, found.grant.who) == ("gained", "arn:b")


def test_a_refusal_that_comes_allows_less(role_policy: Policy, allow: Allow) -> None:
    refusal = {**allow(), "Effect": "Deny"}

    (found,) = permission_changes(role_policy(), role_policy(refusal))

    assert (found.effect, found.allows_more, found.allows_less) == ("gained", False, True)


def test_a_refusal_that_goes_allows_more(role_policy: Policy, allow: Allow) -> None:
    refusal = {**allow(), "Effect": "Deny"}

    (found,) = permission_changes(role_policy(refusal), role_policy())

    assert (found.effect, found.allows_more, found.allows_less) == ("lost", True, False)


def test_a_narrower_refusal_allows_more(role_policy: Policy, allow: Allow) -> None:
    wide, narrow = {**allow(on="*"), "Effect": "Deny"}, {**allow(), "Effect": "Deny"}

    (found,) = permission_changes(role_policy(wide), role_policy(narrow))

    assert (found.effect, found.allows_more) == ("narrowed", True)


def test_a_change_has_a_side() -> None:
    with pytest.raises(ValueError, match="at least one side"):
        _ = PermissionChange("lost", None, None).grant


def test_a_boundary_that_goes_allows_more() -> None:
    bounded = resource("aws:iam/role:Role", "r", name="etl", permissionsBoundary="arn:b")
    free = resource("aws:iam/role:Role", "r", name="etl")

    (found,) = permission_changes(graph(bounded), graph(free))

    assert (found.grant.kind, found.allows_more) == ("boundary", True)
