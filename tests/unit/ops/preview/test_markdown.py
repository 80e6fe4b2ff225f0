"""Any content is shown as what it is, and breaks no Markdown."""

from __future__ import annotations

import pytest

from ops.preview.markdown import SHOWN, code, cut, details, value, values


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "`plain`"),
        ("", "(empty)"),
        ("a `b` c", "``a `b` c``"),
        ("`", "`` ` ``"),
        ("two\n lines", "`two lines`"),
        ("arn:aws:iam::123456789012:role/r", "`arn:aws:iam::<account>:role/r`"),
    ],
)
def test_text_is_a_span_of_code(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    ("content", "shown"),
    [("text", "`text`"), (1, "`1`"), (None, "`null`"), ({"a": 1}, '`{"a": 1}`')],
)
def test_a_value_is_shown_as_json_unless_it_is_text(content: object, shown: str) -> None:
    assert value(content) == shown


def test_a_long_value_is_cut_in_its_middle() -> None:
    shown = value("a" * 1000 + "z" * 1000)

    assert len(shown) <= SHOWN + 2
    assert shown.startswith("`aaa")
    assert shown.endswith("zzz`")


def test_an_account_is_hidden_before_a_cut_could_tear_it() -> None:
    text = "a" * (SHOWN // 2 - 8) + "123456789012" + "z" * 1000

    assert "123" not in value(text)


def test_what_is_short_enough_is_whole() -> None:
    assert cut("abc", 3) == "abc"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a" * 900 + "x", "a" * 900 + "y"),
        ("x" + "a" * 900, "y" + "a" * 900),
        ("a" * 900, "a" * 901),
        ("a" * 500 + "x" * 600 + "z" * 500, "a" * 500 + "y" * 600 + "z" * 500),
        ("short", "a" * 900),
    ],
)
def test_two_long_values_that_differ_never_look_the_same(before: str, after: str) -> None:
    left, right = values(before, after)

    assert left != right
    assert max(len(left), len(right)) <= SHOWN + 2


def test_two_short_values_are_whole() -> None:
    assert values(1, [2]) == ("`1`", "`[2]`")


def test_details_keep_blank_lines_around_markdown() -> None:
    assert details("More", "- a") == "<details><summary>More</summary>\n\n- a\n\n</details>"
