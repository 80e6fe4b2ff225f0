"""Line ends in quotes: masked, so that every line is a record."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import LongLineError
from etl.formats import Format
from etl.line_ends import MASK, mask_text, masked

FORM = Format(delimiter=";", quoted_newlines=True)
FIELDS = st.text("ab\n\";' \t,", max_size=5)


def records(text: str, form: Format = FORM) -> list[str]:
    return [line.replace(MASK, "\n") for line in mask_text(text, form).split("\n")]


@given(st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=6))
def test_what_a_csv_writer_writes_comes_back_as_its_records(rows: list[list[str]]) -> None:
    written: list[str] = []
    for row in rows:
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=";", lineterminator="\n").writerow(row)
        written.append(stream.getvalue())

    assert [f"{record}\n" for record in records("".join(written))[:-1]] == written


@given(st.text("ab\n\"; '", max_size=60), st.integers(1, 20))
def test_chunks_don_t_matter(text: str, size: int) -> None:
    content = text.encode()
    chunks = [content[start : start + size] for start in range(0, len(content), size)]

    assert b"".join(masked(chunks, FORM, "a.csv")).decode() == mask_text(text, FORM)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a;"b\nc";d\ne', ['a;"b\nc";d', "e"]),
        ('"a""\n""b"\nc', ['"a""\n""b"', "c"]),
        ('  "a\nb" ;c\nd', ['  "a\nb" ;c', "d"]),
        ('5" pipe;a\n6" pipe;b', ['5" pipe;a', '6" pipe;b']),
        ('"a"b\n";c\nd', ['"a"b', '";c\nd']),
        ('"a\nb"c"\nd;e', ['"a\nb"c"', "d;e"]),
        ('a;"b\nc\n', ['a;"b\nc\n']),
    ],
)
def test_a_quote_opens_only_where_a_field_begins(text: str, expected: list[str]) -> None:
    assert records(text) == expected


@pytest.mark.parametrize("quote", list("\"'`|~^$%*/"))
@pytest.mark.parametrize("delimiter", [",", "\t", " ", "&", "#", "]"])
def test_any_characters_will_do(delimiter: str, quote: str) -> None:
    form = Format(delimiter=delimiter, quote=quote, quoted_newlines=True)
    text = f"a{delimiter}{quote}b\nc{quote}{delimiter}d\ne"

    assert len(records(text, form)) == 2


def test_a_quote_that_nobody_closes_is_named_with_its_place() -> None:
    chunks = [b'a;b\n"c\nd";e\n', b'f;"g;h\n', *[b"i;j\n" * 100_000] * 9]

    with pytest.raises(LongLineError, match=r"record 3, which begins in line 4, has no end") as it:
        list(masked(chunks, FORM, "a.csv"))

    assert "found 'f;\"g;h" in str(it.value)


def test_a_quote_that_nobody_closes_does_not_fill_the_memory() -> None:
    chunks = (chunk for chunk in [b'"', *[b"x" * 1_000_000] * 1000])
    tracemalloc.start()

    with pytest.raises(LongLineError):
        list(masked(chunks, FORM, "a.csv"))

    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
