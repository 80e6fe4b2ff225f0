"""Differences by path: nested, in lists, inside of texts that are JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.preview.differences import ABSENT, Difference, differences

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(ANY_JSON)
def test_nothing_differs_from_itself(value: object) -> None:
    assert differences(value, json.loads(json.dumps(value))) == ()


@given(ANY_JSON, ANY_JSON)
def test_values_that_differ_are_told_apart(one: object, other: object) -> None:
    has_statements = "Statement" in json.dumps([one, other])

    assert has_statements or bool(differences([one], [other])) == (one != other)


def test_a_nested_value_is_named_by_its_path() -> None:
    found = differences({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}})

    assert found == (Difference("a.c", 2, 3),)


def test_a_property_that_comes_or_goes_has_one_side() -> None:
    assert differences({"a": 1}, {"b": None}) == (
        Difference("a", 1, ABSENT),
        Difference("b", ABSENT, None),
    )


def test_entries_are_matched_by_what_tells_them_apart() -> None:
    before = [{"id": "old", "days": 1}, {"id": "torn", "days": 2}]
    after = [{"id": "torn", "days": 3}, {"id": "old", "days": 1}]

    assert differences(before, after, "rules") == (Difference("rules[torn].days", 2, 3),)


def test_the_same_entries_in_another_order_are_a_difference_of_order() -> None:
    before, after = [{"id": "a"}, {"id": "b"}], [{"id": "b"}, {"id": "a"}]

    assert differences(before, after, "rules") == (Difference("rules", ["a", "b"], ["b", "a"]),)


def test_entries_with_nothing_to_tell_them_apart_are_matched_by_place() -> None:
    before, after = [{"x": 1}, {"x": 2}], [{"x": 1}, {"x": 3}, {"x": 4}]

    assert differences(before, after, "l") == (
        Difference("l[1].x", 2, 3),
        Difference("l[2]", ABSENT, {"x": 4}),
    )


@pytest.mark.parametrize("names", [("a", "a"), ("a", None)])
def test_a_name_that_does_not_tell_entries_apart_is_not_used(names: tuple[object, object]) -> None:
    before = [{"name": name, "x": 1} for name in names]
    after = [{"name": name, "x": 2} for name in names]

    assert [one.path for one in differences(before, after, "l")] == ["l[0].x", "l[1].x"]


def test_a_list_of_plain_values_is_one_difference() -> None:
    assert differences(["a", "b"], ["a", "c"], "l") == (Difference("l", ["a", "b"], ["a", "c"]),)


def test_json_inside_of_texts_is_opened() -> None:
    before, after = '{"a": {"b": 1}}', '{"a":{"b":2}}'

    assert differences(before, after, "body") == (Difference("body.a.b", 1, 2),)


def test_json_that_is_only_written_otherwise_is_the_same() -> None:
    assert differences('{"a": 1, "b": 2}', '{"b":2,"a":1}') == ()


def test_a_text_that_only_looks_like_json_is_a_text() -> None:
    assert differences("{a", "{b", "x") == (Difference("x", "{a", "{b"),)


def test_a_policy_in_another_order_is_the_same_policy() -> None:
    read = {"Effect": "Allow", "Action": ["s3:Get", "s3:List"], "Resource": "a"}
    write = {"Effect": "Allow", "Action": "s3:Put", "Resource": ["b"]}
    turned = {**read, "Action": ["s3:List", "s3:Get"], "Resource": ["a"]}

    found = differences(
        json.dumps({"Statement": [read, write]}), json.dumps({"Statement": [write, turned]})
    )

    assert found == ()


def test_a_statement_is_named_by_its_sid() -> None:
    def policy(resource: str) -> str:
        statement = {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get", "Resource": resource}
        return json.dumps({"Statement": [statement]})

    assert differences(policy("a"), policy("b"), "policy") == (
        Difference("policy.Statement[Read].Resource", ["a"], ["b"]),
    )


def test_a_name_that_is_no_word_is_quoted() -> None:
    assert differences({"a": {"b:c": 1}}, {"a": {"b:c": 2}}) == (Difference('a["b:c"]', 1, 2),)
