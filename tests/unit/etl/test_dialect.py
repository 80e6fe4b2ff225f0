"""Literals that both engines read alike."""

from __future__ import annotations

import pytest

from etl.dialect import literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "''"),
        ("dark red", "'dark red'"),
        ("it's", "('it' || chr(39) || 's')"),
        ("'", "chr(39)"),
        ("a\\b", "('a' || chr(92) || 'b')"),
    ],
)
def test_a_literal_needs_no_escapes(text: str, expected: str) -> None:
    assert literal(text) == expected
