"""Judging an object by its first lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from etl.contract import Contract
from etl.errors import ColumnCountError, EmptyObjectError, HeaderError
from etl.layout import Layout, column_name, is_number, read_layout

if TYPE_CHECKING:
    from collections.abc import Callable


KEY = "raw/wine/a.csv"


def test_without_a_header_columns_stand_as_declared(wine: Contract) -> None:
    assert read_layout(KEY, "red,3,5\n", wine) == Layout(KEY, 0, (1, 2, 3))


def test_a_header_says_where_columns_stand_and_on_which_line(
    wine_with: Callable[..., Contract],
) -> None:
    head = '\n  \n"Quality"; pH ;COLOUR\n5;3;red\n'

    assert read_layout(KEY, head, wine_with(delimiter=";", header=True)) == Layout(
        KEY, 3, (3, 2, 1)
    )


def test_one_ragged_line_is_no_reason_to_refuse_an_object(wine: Contract) -> None:
    assert read_layout(KEY, "red,3\nred,3,5\n", wine).positions == (1, 2, 3)


@pytest.mark.parametrize("head", ["", "\n\n", " \t\n"])
def test_an_object_of_blank_lines_is_empty(wine: Contract, head: str) -> None:
    with pytest.raises(EmptyObjectError, match="holds no lines"):
        read_layout(KEY, head, wine)


def test_missing_extra_and_repeated_columns_are_named(wine_with: Callable[..., Contract]) -> None:
    with pytest.raises(HeaderError) as refused:
        read_layout(KEY, "colour,color,ph,ph\nred,red,3,3\n", wine_with(header=True))

    assert "missing 'quality'" in str(refused.value)
    assert "not in the contract 'color'" in str(refused.value)
    assert "there more than once 'ph'" in str(refused.value)


@pytest.mark.parametrize("declared", [True, False])
def test_a_header_with_an_open_quote_is_refused(wine_json: Any, *, declared: bool) -> None:
    wine_json["format"] |= {"header": True, "quoted_newlines": declared}

    with pytest.raises(HeaderError, match="the header has a quote that is not closed"):
        read_layout(KEY, '"colour,ph,quality\nred,3,5\n', Contract.from_json(wine_json))


def test_a_first_line_of_words_is_a_header(wine: Contract) -> None:
    with pytest.raises(HeaderError, match="looks like one; found 'kind,acidity,stars'"):
        read_layout(KEY, "kind,acidity,stars\nred,3,5\n", wine)


def test_a_bad_first_row_is_no_header(wine: Contract) -> None:
    assert read_layout(KEY, "pink,,5\nred,3,5\n", wine).header_record == 0


def test_the_delimiter_that_would_fit_is_proposed(wine: Contract) -> None:
    with pytest.raises(ColumnCountError, match=r"is the delimiter '\|'\?"):
        read_layout(KEY, "red|3|5\n", wine)


def test_a_header_is_matched_by_what_it_means() -> None:
    assert column_name('  Shell weight (g)"') == "shell_weight_g"


@pytest.mark.parametrize("text", ["1", "-1.", "+.5", "1e5", "1.5E-3", "007"])
def test_numbers(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize("text", ["", ".", "e5", "1e", "1_0", "٣", "0x1F", "NaN", "1 2", "--1"])
def test_not_numbers(text: str) -> None:
    assert not is_number(text)
