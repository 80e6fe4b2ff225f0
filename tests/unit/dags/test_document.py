"""Reading JSON objects that others wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dags.document import COMMIT, Document, canonical


def test_a_sound_document_has_no_problems() -> None:
    document = Document({"format": 1, "commit": "a" * 40, "number": 3, "on": True, "wait": 0.5})

    document.format(1)
    read = (
        document.text("commit", COMMIT),
        document.whole("number"),
        document.flag("on"),
        document.number("wait", above=0),
    )

    assert read == ("a" * 40, 3, True, 0.5)
    assert document.problems == []


def test_all_problems_are_found_together() -> None:
    document = Document({"format": 2, "commit": "master", "number": True, "more": 1})

    document.format(1)
    document.text("commit", COMMIT)
    document.whole("number", least=1)
    document.close()

    assert document.problems == [
        "format: found 2, expected 1",
        "commit: found 'master', expected a text like [0-9a-f]{40}",
        "number: found True, expected a whole number from 1",
        "more: unknown field; known are format, commit, number",
    ]


def test_problems_of_a_section_carry_its_path() -> None:
    document = Document({"trees": {"etl": 1}})

    document.section("trees").text("etl")

    assert document.problems == [r"trees.etl: found 1, expected a text like \S(.*\S)?"]


@pytest.mark.parametrize("content", [None, [], "text", 3])
def test_what_is_no_object_is_a_problem(content: object) -> None:
    document = Document(content)

    shown = "nothing" if content is None else repr(content)
    assert document.problems == [f"document: found {shown}, expected an object with fields"]


def test_a_list_of_texts_is_read_in_its_order() -> None:
    document = Document({"subnets": ["b", "a"]})

    assert document.texts("subnets", "[a-z]") == ("b", "a")
    assert document.problems == []


@pytest.mark.parametrize("found", [None, [], "a", ["a", 3], ["a", "B"]])
def test_a_list_that_is_empty_or_wrong_anywhere_is_a_problem(found: object) -> None:
    document = Document({"subnets": found})

    assert document.texts("subnets", "[a-z]") == ()
    assert len(document.problems) == 1
    assert document.problems[0].startswith("subnets: found ")


def test_an_optional_text_may_be_missing_but_not_wrong() -> None:
    document = Document({"wrong": 3, "null": None})

    read = [document.optional_text(field) for field in ("missing", "null", "wrong")]

    assert read == [None, None, ""]
    assert len(document.problems) == 1


def test_long_values_are_cut_in_problems() -> None:
    document = Document({"name": ["x" * 500]})

    document.text("name")

    assert len(document.problems[0]) < 200


@given(st.dictionaries(st.text(), st.integers()))
def test_equal_documents_have_one_text(content: dict[str, int]) -> None:
    backwards = dict(reversed(list(content.items())))

    assert canonical(content) == canonical(backwards)


def test_a_number_that_json_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        canonical({"rmse": float("nan")})
