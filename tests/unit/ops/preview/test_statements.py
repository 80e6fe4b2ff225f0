"""Policy documents taken apart into single grants."""

from __future__ import annotations

from typing import Any

import pytest

from ops.preview.statements import Condition, Grant, covers, grants, matches, names_principals

ROLE = "role etl"


def role_grants(**statement: Any) -> set[Grant]:
    document = {"Statement": [{"Effect": "Allow", **statement}]}
    return set(grants(document, kind="role", where=ROLE, who=ROLE))


def one(**parts: Any) -> Grant:
    known: dict[str, Any] = {
        "kind": "role",
        "where": ROLE,
        "who": ROLE,
        "allow": True,
        "action": "s3:GetObject",
        "target": "arn:aws:s3:::b/raw/*",
    }
    return Grant(**{**known, **parts})


def test_each_action_on_each_resource_is_a_grant() -> None:
    found = role_grants(Action=["a:x", "a:y"], Resource=["1", "2"])

    assert {(each.action, each.target) for each in found} == {
        ("a:x", "1"),
        ("a:x", "2"),
        ("a:y", "1"),
        ("a:y", "2"),
    }


def test_how_statements_are_grouped_makes_no_difference() -> None:
    together = role_grants(Action=["a:x", "a:y"], Resource="1")

    apart = role_grants(Action="a:y", Resource=["1"]) | role_grants(Action="a:x", Resource="1")

    assert together == apart


def test_conditions_are_in_one_order() -> None:
    first = role_grants(
        Action="a:x",
        Resource="1",
        Condition={"StringEquals": {"k": ["2", "1"]}, "Bool": {"t": True}},
    )
    second = role_grants(
        Action="a:x",
        Resource="1",
        Condition={"Bool": {"t": ["true"]}, "StringEquals": {"k": ["1", "2"]}},
    )

    assert first == second
    assert next(iter(first)).conditions == (
        Condition("Bool", "t", ("true",)),
        Condition("StringEquals", "k", ("1", "2")),
    )


@pytest.mark.parametrize("part", ["Action", "Resource"])
def test_a_negated_part_is_all_but_it(part: str) -> None:
    given = {"Action": "a:x", "Resource": "1"}
    del given[part]

    found = next(iter(role_grants(**given, **{f"Not{part}": ["q", "p"]})))

    assert "all but p, q" in (found.action, found.target)


def test_principals_of_any_sort_are_named() -> None:
    document = {
        "Statement": {
            "Effect": "Allow",
            "Action": "a:x",
            "Principal": {"AWS": ["123456789012", "arn:r"], "Service": "s3.amazonaws.com"},
        }
    }

    found = {each.who for each in grants(document, kind="resource", where="bucket b")}

    assert found == {"arn:aws:iam::123456789012:root", "arn:r", "s3.amazonaws.com"}


def test_nobody_named_is_anyone() -> None:
    document = {"Statement": [{"Effect": "Deny", "Action": "a:x", "Resource": "1"}]}

    found = next(grants(document, kind="resource", where="bucket b"))

    assert (found.who, found.allow) == ("*", False)


def test_whoever_is_not_named_is_all_but_them() -> None:
    document = {
        "Statement": [{"Effect": "Deny", "Action": "a:x", "NotPrincipal": {"AWS": "arn:r"}}]
    }

    assert next(grants(document, kind="resource", where="bucket b")).who == "all but arn:r"


def test_a_trust_policy_is_about_its_role() -> None:
    document = {
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "g"}}
        ]
    }

    assert next(grants(document, kind="trust", where=ROLE)).target == ROLE


@pytest.mark.parametrize("document", [None, "text", {}, {"Statement": []}])
def test_what_is_no_policy_grants_nothing(document: object) -> None:
    assert list(grants(document, kind="role", where=ROLE)) == []


@pytest.mark.parametrize(
    "wide",
    [
        one(),
        one(action="s3:Get*"),
        one(action="S3:getobject"),
        one(target="arn:aws:s3:::b/*"),
        one(target="*"),
        one(who="*"),
    ],
)
def test_a_wider_grant_covers(wide: Grant) -> None:
    assert covers(wide, one())


@pytest.mark.parametrize(
    "other",
    [
        one(action="s3:GetObjectVersion"),
        one(target="arn:aws:s3:::b/raw/x"),
        one(target="all but arn:aws:s3:::b/raw/*"),
        one(allow=False),
        one(where="role other"),
        one(who="role other"),
        one(action="all but s3:PutObject"),
        one(conditions=(Condition("Bool", "t", ("true",)),)),
    ],
)
def test_another_grant_does_not_cover(other: Grant) -> None:
    assert not covers(other, one())


@pytest.mark.parametrize(
    "condition",
    [
        Condition("StringEquals", "other", ("1",)),
        Condition("StringLike", "k", ("1",)),
        Condition("StringEquals", "k", ("2",)),
    ],
)
def test_a_grant_under_another_condition_does_not_cover(condition: Condition) -> None:
    given = one(conditions=(Condition("StringEquals", "k", ("1",)),))

    assert not covers(one(conditions=(condition,)), given)
    assert covers(one(conditions=given.conditions), given)


def test_a_pattern_does_not_cover_all_but_something() -> None:
    assert not covers(one(target="arn:*"), one(target="all but arn:aws:s3:::b/raw/*"))
    assert not matches("*", "all but a")


@pytest.mark.parametrize("name", ["Principal", "NotPrincipal"])
def test_who_names_principals_is_a_resource(name: str) -> None:
    assert names_principals({"Statement": {name: "*"}})
    assert not names_principals({"Statement": [{"Action": "*"}]})


def test_a_grant_without_a_condition_covers_the_one_with_it() -> None:
    assert covers(one(), one(conditions=(Condition("Bool", "t", ("true",)),)))


def test_one_of_more_values_is_less_of_a_condition() -> None:
    few = one(conditions=(Condition("StringEquals", "k", ("1",)),))
    many = one(conditions=(Condition("StringEquals", "k", ("1", "2")),))

    assert covers(many, few)
    assert not covers(few, many)


def test_more_values_that_are_refused_are_more_of_a_condition() -> None:
    few = one(conditions=(Condition("StringNotEquals", "k", ("1",)),))
    many = one(conditions=(Condition("StringNotEquals", "k", ("1", "2")),))

    assert not covers(many, few)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a*", "a", True),
        ("a*", "ab*", True),
        ("a?", "ab", True),
        ("a?", "a*", False),
        ("a.c", "abc", False),
        ("a", "a*", False),
    ],
)
def test_patterns_match_what_they_mean(pattern: str, text: str, *, expected: bool) -> None:
    assert matches(pattern, text) == expected
