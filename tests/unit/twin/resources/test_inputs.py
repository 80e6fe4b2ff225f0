"""Inputs say what is wrong with them, and what nobody looked at."""

from __future__ import annotations

import pytest

from twin.errors import TwinError
from twin.resources.inputs import Inputs, capitalised, leaves, whole_numbers


def test_a_missing_text_is_an_error_that_names_its_path() -> None:
    inputs = Inputs({"rule": {"objectOwnership": None}})

    with pytest.raises(TwinError, match=r"rule\.objectOwnership is missing"):
        inputs.block("rule").text("objectOwnership")


@pytest.mark.parametrize(
    ("name", "look"), [("a", "optional"), ("b", "block"), ("b", "blocks"), ("b", "items")]
)
def test_a_value_of_the_wrong_type_is_shown(name: str, look: str) -> None:
    inputs = Inputs({"a": 3, "b": "text"})

    with pytest.raises(TwinError, match=f"{name} has the wrong type") as caught:
        getattr(inputs, look)(name)

    assert caught.value.found in ("3", "'text'")


def test_a_flag_is_no_text() -> None:
    with pytest.raises(TwinError, match="wrong type"):
        Inputs({"on": "true"}).flag("on", default=False)


def test_an_empty_text_is_as_good_as_none() -> None:
    assert Inputs({"name": ""}).optional("name") is None


def test_a_document_may_be_text_or_an_object() -> None:
    inputs = Inputs({"a": '{"x": 1}', "b": {"x": 1}})

    assert inputs.document("a") == inputs.document("b") == '{"x": 1}'
    assert inputs.document("c") is None


def test_pick_leaves_out_what_is_not_given() -> None:
    inputs = Inputs({"timeout": 0, "role": None})

    assert inputs.pick(timeout="Timeout", role="Role", handler="Handler") == {"Timeout": 0}


def test_what_nobody_looked_at_is_reported_with_its_path() -> None:
    inputs = Inputs({"name": "n", "left": 1, "stages": [{"name": "s", "forgotten": 2}]})

    inputs.text("name")
    inputs.blocks("stages")[0].text("name")

    assert inputs.unused() == ["left", "stages[0].forgotten"]


def test_what_is_ignored_on_purpose_is_not_reported() -> None:
    inputs = Inputs({"skipDestroy": True})

    inputs.ignore("skipDestroy")

    assert inputs.unused() == []


def test_looking_at_a_whole_value_is_looking_at_all_that_lies_in_it() -> None:
    inputs = Inputs({"environment": {"variables": {"A": "1"}}})

    inputs.get("environment")

    assert inputs.unused() == []


def test_leaves_walks_blocks_and_lists() -> None:
    found = dict(leaves({"a": {"b": [1, {"c": 2}]}, "d": None}))

    assert found == {"a.b[0]": 1, "a.b[1].c": 2, "d": None}


def test_numbers_without_a_fraction_become_whole() -> None:
    found = whole_numbers({"days": 30.0, "threshold": 0.5, "on": True, "parts": [1.0]})

    assert found == {"days": 30, "threshold": 0.5, "on": True, "parts": [1]}
    assert isinstance(found["days"], int)


def test_names_are_capitalised_all_the_way_down_but_for_exceptions() -> None:
    found = capitalised({"id": "x", "filter": {"prefix": "raw/"}, "days": None}, id="ID")

    assert found == {"ID": "x", "Filter": {"Prefix": "raw/"}}
