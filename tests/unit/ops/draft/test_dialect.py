"""How lines are cut, judged by the first of them."""

from __future__ import annotations

import pytest

from ops.draft.dialect import read_dialect
from ops.errors import OpsError


@pytest.mark.parametrize("delimiter", list(",;\t|: "))
def test_the_delimiter_is_the_one_that_every_line_has(delimiter: str) -> None:
    lines = [["a", "b", "c"], *(["1.5", "x", str(place)] for place in range(9))]

    found = read_dialect("\n".join(map(delimiter.join, lines)), "wine.csv")

    assert (found.delimiter, found.fields) == (delimiter, 3)


def test_decimal_commas_do_not_make_a_comma_the_delimiter() -> None:
    found = read_dialect("1,5;2,5\n3,5;4,5\n", "wine.csv")

    assert found.delimiter == ";"


def test_delimiters_in_quotes_do_not_count() -> None:
    found = read_dialect('a,b\n"x, y, z",1\n"x",2\n', "wine.csv")

    assert (found.delimiter, found.fields) == (",", 2)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("sex,rings\nM,15\nF,7\n", ("sex", "rings")),
        ("M,15\nF,7\nM,9\n", ()),
        ("colour,shape\nred,round\nblue,square\nred,square\n", ("colour", "shape")),
        ("red,round\nblue,square\nred,square\n", ()),
        ("land;2019;2020\nDE;1;2\nFR;3;4\n", ()),
        ("name,sold\nx,2024-01-02\ny,2024-01-03\n", ("name", "sold")),
        ('"",a\n1,2\n3,4\n', ("", "a")),
    ],
)
def test_a_header_is_words_above_values(text: str, header: tuple[str, ...]) -> None:
    assert read_dialect(text, "wine.csv").header == header


def test_lines_before_the_rows_are_skipped() -> None:
    assert read_dialect("\n\na,b\n1,2\n3,4\n", "wine.csv").skip == 3


def test_a_title_above_the_table_is_told() -> None:
    with pytest.raises(OpsError, match="begin with the first line but with line 3"):
        read_dialect("Report\n\n" + "a;b\n" + "1;2\n" * 30, "wine.csv")


def test_one_column_is_told() -> None:
    with pytest.raises(OpsError, match="one column was found"):
        read_dialect("y\n1\n2\n", "wine.csv")
