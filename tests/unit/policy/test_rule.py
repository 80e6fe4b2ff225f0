"""What rules are made of."""

from __future__ import annotations

import pytest

from policy.rule import is_known, is_production, statements, texts, value
from tests.unit.policy.builders import graph


def test_a_value_is_found_at_its_path() -> None:
    assert value({"a": {"b": 1}}, "a.b") == 1


@pytest.mark.parametrize("inputs", [{}, {"a": None}, {"a": "text"}, None])
def test_what_is_not_there_is_none(inputs: object) -> None:
    assert value(inputs, "a.b") is None


def test_one_statement_may_stand_without_a_list() -> None:
    assert statements('{"Statement": {"Sid": "A"}}') == [{"Sid": "A"}]


def test_a_document_that_is_not_known_has_no_statements() -> None:
    assert statements("04da6b54-80e4-46f7-96ec-b56ff0331ba9") == []


def test_one_value_or_several_read_alike() -> None:
    assert (texts("a"), texts(["a", "b"]), texts(None)) == (["a"], ["a", "b"], [])


def test_a_missing_value_is_known_to_be_missing() -> None:
    assert is_known(None)
    assert not is_known(object())


@pytest.mark.parametrize(("stack", "production"), [("prod-eu", True), ("dev", False)])
def test_production_is_told_by_the_stacks_name(stack: str, *, production: bool) -> None:
    assert is_production(graph(stack=stack)) is production
