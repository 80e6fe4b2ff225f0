"""The text that both engines run; that they agree is held by the functional tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from etl.contract import Contract
from etl.layout import Layout
from etl.sql import rows, thresholds

if TYPE_CHECKING:
    from collections.abc import Callable


def layout(key: str, header: int = 0, positions: tuple[int, ...] = (1, 2, 3)) -> Layout:
    return Layout(key, header, positions)


def test_shares_become_bounds_of_32_bits(wine: Contract) -> None:
    assert thresholds(wine) == [
        ("train", 0xB3333333),
        ("validation", 0xD999999A),
        ("test", 0xFFFFFFFF),
    ]


def test_a_half_is_exactly_a_half(wine_json: dict[str, Any]) -> None:
    wine_json["split"] = {"train": 0.5, "validation": 0.25, "test": 0.25}

    assert thresholds(Contract.from_json(wine_json))[:2] == [
        ("train", 0x80000000),
        ("validation", 0xC0000000),
    ]


def test_columns_are_taken_from_where_the_layout_has_them(wine: Contract) -> None:
    query = rows(wine, layout("a", 2, (3, 2, 1)))

    assert re.search(r"try_element_at\(cells, 3\) .* as c_colour", query)
    assert "record > 2" in query


def test_no_literal_holds_a_backslash(wine_with: Callable[..., Contract]) -> None:
    assert "\\" not in rows(wine_with(delimiter="|"), layout("a"))
