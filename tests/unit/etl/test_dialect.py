"""Literals that both engines read alike."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etl.dialect import literal, number


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


def test_a_number_is_written_with_all_its_digits() -> None:
    assert number(Decimal("1E-7")) == "cast('0.0000001' as decimal(30,15))"
