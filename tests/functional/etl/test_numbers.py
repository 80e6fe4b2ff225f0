"""What a text is worth as a number: on DuckDB what Python's exact decimals say."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import decimals
from etl.engines.duckdb import FUNCTIONS

# ruff: noqa: S608 - expressions of the ETL's own, whose texts are parameters

EXACT = Context(prec=300, rounding=ROUND_HALF_UP)
DIGITS = st.text("0123456789", max_size=30)
MANTISSAS = st.tuples(st.sampled_from(("", "+", "-")), DIGITS, st.sampled_from(("", ".")), DIGITS)
EXPONENTS = st.one_of(st.just(""), st.integers(-99, 99).map("e{:+d}".format), st.just("E007"))
LONG_EXPONENT = re.compile(r"[eE][+-]?0*[1-9][0-9]{2,}$")


@st.composite
def spelt(draw: st.DrawFn) -> str:
    """Return what looks like a number, and may be one."""
    return "".join(draw(MANTISSAS)) + draw(EXPONENTS)


TEXTS = st.one_of(spelt(), st.text("0123456789.eE+- _\x0b", max_size=8))


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for function in FUNCTIONS:
        connection.execute(function)
    return connection


def worth(text: str) -> Decimal | None:
    """Return the number rounded to 15 digits after the point; None for more than 15 before it."""
    if "_" in text or text != text.strip() or LONG_EXPONENT.search(text):
        return None
    try:
        rounded = EXACT.quantize(EXACT.create_decimal(text), Decimal("1e-15"))
    except InvalidOperation:
        return None
    return rounded if abs(rounded) < 10**15 else None


@settings(max_examples=400, deadline=None)
@given(texts=st.lists(TEXTS, max_size=50))
def test_a_text_is_worth_what_exact_arithmetic_says(
    database: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    query = f"select {decimals.careful('text')} from (select unnest(?::varchar[]) as text)"

    found = [row[0] for row in database.execute(query, [texts]).fetchall()]

    assert found == [worth(text) for text in texts]


@settings(max_examples=400, deadline=None)
@given(texts=st.lists(TEXTS, max_size=50))
def test_a_bare_text_may_be_cast_as_it_is(
    database: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    query = (
        f"select {decimals.bare('text')}, try_cast(text as {decimals.WIDE}),"
        f" try_cast(text as {decimals.NARROW}) from (select unnest(?::varchar[]) as text)"
    )

    answers = database.execute(query, [[text.strip(" ") for text in texts]]).fetchall()

    for text, (bare, wide, narrow) in zip(texts, answers, strict=True):
        value = worth(text.strip(" "))
        if bare:
            assert wide == value
            assert narrow == (value if value is not None and abs(value) < 1000 else None)
