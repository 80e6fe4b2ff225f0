"""Texts as YAML has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.yaml_text import parse
from ops.draft.write import scalar


@pytest.mark.parametrize("text", ["red", "Old Town", "x_1", "terraced-house"])
def test_words_need_no_quotes(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize("text", ["007", "1e3", "true", "null", "it's", "a: b", "#1", "", "- x"])
def test_what_could_mean_something_else_is_quoted(text: str) -> None:
    assert scalar(text).startswith('"')


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20))
def test_every_text_is_read_back(text: str) -> None:
    assert parse(f"values: [{scalar(text)}]".encode()) == {"values": [text]}
