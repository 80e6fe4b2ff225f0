"""The short way's text; that it is the long one's equal is held by the functional tests."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etl.contract import Column, Contract
from etl.formats import Format
from etl.layout import Layout
from etl.quick import quick_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from etl.contract import SplitName

SHARES: dict[SplitName, Decimal] = {
    "train": Decimal("0.5"),
    "validation": Decimal("0.25"),
    "test": Decimal("0.25"),
}


def layout(positions: tuple[int, ...] = (1, 2, 3)) -> Layout:
    return Layout("a", 0, positions)


def test_a_line_is_the_row_where_columns_and_delimiter_are_those_of_the_output(
    wine: Contract,
) -> None:
    assert "case when easy then raw else raw end as line" in quick_rows(wine, layout())


def test_another_delimiter_gives_way_to_a_comma(wine_with: Callable[..., Contract]) -> None:
    query = quick_rows(wine_with(delimiter=";"), layout())

    assert "replace(raw, ';', ',')" in query
    assert "and not (case when has_2c then instr(raw, ',') > 0" in query


def test_columns_in_another_order_are_put_in_the_contracts(wine: Contract) -> None:
    query = quick_rows(wine, layout((3, 2, 1)))

    assert "concat_ws(',', cells[3], cells[2], cells[1])" in query


def test_columns_of_texts_alone_need_no_numbers() -> None:
    colour = Column("colour", "categorical", values=("red",))
    contract = Contract(Format(), (colour,), "colour", SHARES, Decimal(1))

    assert "q_colour" not in quick_rows(contract, layout((1,)))


def test_a_field_that_may_be_empty_is_easy_when_it_is(wine: Contract) -> None:
    query = quick_rows(wine, layout())

    assert "(cells[2] = '' or (" in query
    assert "cells[1] = '' or" not in query
