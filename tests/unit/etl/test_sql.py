"""The text that both engines run; that they agree is held by the functional tests."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from etl.contract import Column, Contract
from etl.layout import Layout
from etl.sql import rows, thresholds

if TYPE_CHECKING:
    from collections.abc import Callable

    from etl.contract import SplitName

SHARES: dict[SplitName, Decimal] = {
    "train": Decimal("0.5"),
    "validation": Decimal("0.25"),
    "test": Decimal("0.25"),
}


def layout(key: str, header: int = 0, positions: tuple[int, ...] = (1, 2, 3)) -> Layout:
    return Layout(key, header, positions)


def test_shares_become_hexadecimal_bounds(wine: Contract) -> None:
    assert thresholds(wine) == [
        ("train", "b3333333"),
        ("validation", "d999999a"),
        ("test", "ffffffff"),
    ]


def test_a_half_is_exactly_a_half(wine_json: dict[str, Any]) -> None:
    wine_json["split"] = {"train": 0.5, "validation": 0.25, "test": 0.25}

    assert thresholds(Contract.from_json(wine_json))[:2] == [
        ("train", "80000000"),
        ("validation", "c0000000"),
    ]


def test_columns_are_taken_from_where_the_layout_has_them(wine: Contract) -> None:
    query = rows(wine, layout("a", 2, (3, 2, 1)))

    assert "case when plain then try_element_at(cells, 3)" in query
    assert "record > 2" in query


def test_a_line_is_the_row_only_where_the_columns_have_their_order(wine: Contract) -> None:
    assert "case when plain then raw" in rows(wine, layout("a"))
    assert "case when plain then raw" not in rows(wine, layout("a", positions=(3, 2, 1)))


def test_no_literal_holds_a_backslash(wine_with: Callable[..., Contract]) -> None:
    assert "\\" not in rows(wine_with(delimiter="|"), layout("a"))


def test_columns_of_texts_alone_need_no_numbers() -> None:
    colour = Column("colour", "categorical", values=("red",))
    contract = Contract(",", False, (colour,), "colour", SHARES, Decimal(1))  # noqa: FBT003 - no header

    assert "n_" not in rows(contract, layout("a", positions=(1,)))
