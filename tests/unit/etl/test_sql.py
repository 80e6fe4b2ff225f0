"""The text that both engines run; that they agree is held by the functional tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etl.contract import Contract
from etl.layout import Layout
from etl.sql import output, rows, thresholds

if TYPE_CHECKING:
    from collections.abc import Callable


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


def test_objects_laid_out_alike_need_no_distinction(wine: Contract) -> None:
    assert "when object" not in rows(wine, [layout("a"), layout("b")])


def test_objects_laid_out_differently_are_told_apart(wine: Contract) -> None:
    query = rows(wine, [layout("a", 1), layout("it's", 2, (3, 2, 1))])

    assert (
        "case when object = 'a' then 1 when object = ('it' || chr(39) || 's') then 2 end" in query
    )


def test_no_literal_holds_a_backslash(wine_with: Callable[..., Contract]) -> None:
    assert "\\" not in rows(wine_with(delimiter="|"), [layout("a")])


def test_the_quarantine_has_a_header_and_splits_have_none() -> None:
    assert "reason,object,record,raw" in output("quarantine")
    assert "reason" not in output("train")
