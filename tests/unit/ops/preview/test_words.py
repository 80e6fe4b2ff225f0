"""Permissions in sentences that a reviewer reads once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ops.preview.permissions import PermissionChange, permission_changes
from ops.preview.statements import Condition, Grant
from ops.preview.words import sentences
from tests.unit.ops.graphs import graph, resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.graph import Graph

    Policy = Callable[..., Graph]
    Allow = Callable[..., dict[str, Any]]

NOTHING = graph()


def told(before: Graph, after: Graph) -> list[str]:
    return [one.text for one in sentences(permission_changes(before, after))]


def bucket_policy(**statement: Any) -> Graph:
    document = json.dumps({"Statement": [{"Effect": "Allow", **statement}]})
    return graph(resource("aws:s3/bucketPolicy:BucketPolicy", "p", policy=document, bucket="b"))


def test_a_role_that_may_more(role_policy: Policy, allow: Allow) -> None:
    assert told(NOTHING, role_policy(allow())) == [
        "**role** `etl` may now `s3:GetObject` on `arn:aws:s3:::b/raw/*`"
    ]


def test_a_role_that_may_less(role_policy: Policy, allow: Allow) -> None:
    assert told(role_policy(allow()), NOTHING) == [
        "**role** `etl` may no longer `s3:GetObject` on `arn:aws:s3:::b/raw/*`"
    ]


def test_what_differs_in_the_action_alone_is_one_sentence(
    role_policy: Policy, allow: Allow
) -> None:
    after = role_policy(allow("s3:PutObject", "x"), allow("s3:GetObject", "x"))

    assert told(NOTHING, after) == ["**role** `etl` may now `s3:GetObject`, `s3:PutObject` on `x`"]


def test_what_differs_in_the_resource_alone_is_one_sentence(
    role_policy: Policy, allow: Allow
) -> None:
    after = role_policy(allow(["s3:PutObject", "s3:GetObject"], ["x", "y"]))

    assert told(NOTHING, after) == [
        "**role** `etl` may now `s3:GetObject`, `s3:PutObject` on `x`, `y`"
    ]


def test_conditions_are_said(role_policy: Policy, allow: Allow) -> None:
    after = role_policy(
        allow("a:x", "1", StringEquals={"k": ["v", "w"]}, Bool={"aws:SecureTransport": "true"})
    )

    assert told(NOTHING, after) == [
        "**role** `etl` may now `a:x` on `1`, when `aws:SecureTransport` is `true` "
        "and `k` is `v` or `w`"
    ]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("StringNotLike", "k", ("v*",)), "`k` is not like `v*`"),
        (Condition("ArnLikeIfExists", "k", ("v",)), "`k` is like `v` (where it is given)"),
        (Condition("Null", "k", ("true",)), "`k` is absent"),
        (Condition("Null", "k", ("false",)), "`k` is given"),
        (Condition("ForAnyValue:StringEquals", "k", ("v",)), "any of `k` is `v`"),
        (Condition("ForAllValues:StringLike", "k", ("v",)), "all of `k` is like `v`"),
        (Condition("NumericLessThanEquals", "k", ("3",)), "`k` is at most `3`"),
        (Condition("BinaryEquals", "k", ("v",)), "`k` BinaryEquals `v`"),
    ],
)
def test_each_operator_has_its_words(condition: Condition, words: str) -> None:
    grant = Grant("role", "role r", "role r", True, "a:x", "1", (condition,))  # noqa: FBT003 - a record

    (sentence,) = sentences([PermissionChange("gained", None, grant)])

    assert sentence.text.endswith(f"when {words}")


def test_a_wider_resource_is_compared(role_policy: Policy, allow: Allow) -> None:
    found = told(role_policy(allow()), role_policy(allow(on="arn:aws:s3:::b/*")))

    assert found == [
        "**role** `etl` may `s3:GetObject` on more: `arn:aws:s3:::b/*` "
        "instead of `arn:aws:s3:::b/raw/*`"
    ]


def test_a_narrower_resource_is_compared(role_policy: Policy, allow: Allow) -> None:
    found = told(role_policy(allow(on="*", Bool={"t": "1"})), role_policy(allow(Bool={"t": "1"})))

    assert found == [
        "**role** `etl` may `s3:GetObject` on less: `arn:aws:s3:::b/raw/*` instead of `*`, "
        "when `t` is `1`"
    ]


def test_a_dropped_condition_is_said(role_policy: Policy, allow: Allow) -> None:
    before = role_policy(allow(StringEquals={"aws:SourceAccount": "1"}))

    assert told(before, role_policy(allow())) == [
        "**role** `etl` may `s3:GetObject` on `arn:aws:s3:::b/raw/*`, "
        "no longer only when `aws:SourceAccount` is `1`"
    ]


def test_a_new_condition_is_said(role_policy: Policy, allow: Allow) -> None:
    after = role_policy(allow(StringEquals={"aws:SourceAccount": "1"}))

    assert told(role_policy(allow()), after)[0].endswith(
        "on `arn:aws:s3:::b/raw/*`, now only when `aws:SourceAccount` is `1`"
    )


def test_another_condition_is_compared(role_policy: Policy, allow: Allow) -> None:
    before, after = (role_policy(allow("a:x", "1", Bool={"k": value})) for value in "ab")

    assert told(before, after) == [
        "**role** `etl` may `a:x` on `1`, now when `k` is `b` instead of when `k` is `a`"
    ]


def test_anyone_is_named_as_such() -> None:
    after = bucket_policy(Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::b/*")

    assert told(NOTHING, after) == ["**anyone** may now `s3:GetObject` on `arn:aws:s3:::b/*`"]


def test_a_whole_account_is_left_to_its_iam() -> None:
    after = bucket_policy(Principal={"AWS": "111122223333"}, Action="s3:*", Resource="*")

    assert told(NOTHING, after) == [
        "**whoever IAM allows in account** `111122223333` may now `s3:*` on bucket `b`"
    ]


def test_all_but_somebody_is_said() -> None:
    after = bucket_policy(
        NotPrincipal={"AWS": "arn:r"}, NotAction="s3:List*", Resource="arn:aws:s3:::b"
    )

    assert told(NOTHING, after) == [
        "**anyone but** `arn:r` may now all but `s3:List*` on `arn:aws:s3:::b`"
    ]


def test_a_refusal_is_said() -> None:
    refusal = bucket_policy(Effect="Deny", Principal="*", Action="s3:*", Resource="arn:aws:s3:::b")

    assert told(NOTHING, refusal) == ["**anyone** is now refused `s3:*` on `arn:aws:s3:::b`"]
    assert told(refusal, NOTHING) == ["**anyone** is no longer refused `s3:*` on `arn:aws:s3:::b`"]


def test_a_refusal_in_the_policies_of_several_resources_is_one_sentence() -> None:
    policies = graph(
        *(
            resource(
                "aws:sqs/queuePolicy:QueuePolicy",
                name,
                policy=json.dumps(
                    {
                        "Statement": {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "sqs:*",
                            "Resource": f"arn:aws:sqs:::{name}",
                        }
                    }
                ),
                queueUrl=f"https://sqs/{name}",
            )
            for name in "ab"
        )
    )

    assert told(NOTHING, policies) == [
        "**anyone** is now refused `sqs:*` on `arn:aws:sqs:::a`, `arn:aws:sqs:::b`"
    ]


def test_policies_of_several_resources_that_name_none_are_told_apart() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "x"}
    document = json.dumps({"Statement": statement})
    policies = graph(
        *(
            resource("aws:s3/bucketPolicy:BucketPolicy", name, policy=document, bucket=name)
            for name in "bc"
        )
    )

    assert len(told(NOTHING, policies)) == 2


def test_an_endpoint_is_gone_through() -> None:
    endpoint = graph(resource("aws:ec2/vpcEndpoint:VpcEndpoint", "e", serviceName="aws.s3"))

    assert told(NOTHING, endpoint) == [
        "**anyone** may now `*` on everything through endpoint `aws.s3`"
    ]


def trusting(service: str, action: str = "sts:AssumeRole") -> Graph:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action}
    policy = json.dumps({"Statement": [statement]})
    return graph(resource("aws:iam/role:Role", "r", name="etl", assumeRolePolicy=policy))


def test_who_may_take_a_role_on_is_said() -> None:
    assert told(NOTHING, trusting("glue.amazonaws.com")) == [
        "`glue.amazonaws.com` may now take on role `etl`"
    ]


def test_another_way_to_take_a_role_on_is_named() -> None:
    assert told(NOTHING, trusting("s", "sts:TagSession")) == [
        "`s` may now take on role `etl` (`sts:TagSession`)"
    ]


def test_a_boundary_is_said() -> None:
    bounded = graph(resource("aws:iam/role:Role", "r", name="etl", permissionsBoundary="arn:b"))

    assert told(NOTHING, bounded) == ["**role** `etl` is now bounded by `arn:b`"]
    assert told(bounded, NOTHING) == ["**role** `etl` is no longer bounded by `arn:b`"]


def test_a_policy_kept_elsewhere_is_said() -> None:
    attached = graph(resource("aws:iam/role:Role", "r", name="etl", managedPolicyArns=["arn:p"]))

    assert told(NOTHING, attached) == ["**role** `etl` may now do what the policy `arn:p` allows"]
    assert told(attached, NOTHING) == [
        "**role** `etl` may no longer do what the policy `arn:p` allows"
    ]


def test_what_becomes_possible_comes_first(role_policy: Policy, allow: Allow) -> None:
    found = sentences(
        permission_changes(role_policy(allow("a:old", "1")), role_policy(allow("z:new", "1")))
    )

    assert [one.allows_more for one in found] == [True, False]
