"""Sums of parts to counts, digests and statistics."""

from __future__ import annotations

import statistics
from decimal import Decimal
from math import floor
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.contract import Column, Contract
from etl.summary import digests, row_counts
from etl.summary import statistics as split_statistics

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = Contract(",", False, (Column("x", "numeric"),), "x", {}, Decimal(1))  # noqa: FBT003 - no header


def answer(values: Sequence[Decimal], **others: object) -> dict[str, Any]:
    """Return what an engine answers about a split with these numbers."""
    parts = [(floor(value), value - floor(value)) for value in values]
    return {
        "split": "train",
        "row_count": len(values),
        "s0_count": len(values),
        "s0_min": min(values, default=None),
        "s0_max": max(values, default=None),
        "s0_sum": sum(values, Decimal(0)),
        "s0_aa": sum(whole * whole for whole, _ in parts),
        "s0_ab": sum((whole * fraction for whole, fraction in parts), Decimal(0)),
        "s0_bb": sum((fraction * fraction for _, fraction in parts), Decimal(0)),
        **others,
    }


@given(st.lists(st.decimals(-1000, 1000, places=4), min_size=2, max_size=20))
def test_parts_of_numbers_add_up_to_their_statistics(values: list[Decimal]) -> None:
    found = split_statistics([answer(values)], NUMBER)["train"]["x"]

    assert Decimal(found["sum_squares"]) == sum(value * value for value in values)
    assert found["mean"] == pytest.approx(float(statistics.mean(values)))
    assert found["deviation"] == pytest.approx(float(statistics.stdev(values)))


def test_scale_and_needless_zeros_are_no_part_of_a_sum() -> None:
    values = [Decimal("1.500"), Decimal(100)]

    found = split_statistics([answer(values)], NUMBER)["train"]["x"]

    assert found["sum"] == "101.5"


def test_one_value_has_no_deviation() -> None:
    assert split_statistics([answer([Decimal(3)])], NUMBER)["train"]["x"]["deviation"] is None


def test_a_column_of_nulls_has_no_numbers() -> None:
    found = split_statistics([answer([], row_count=7)], NUMBER)["train"]["x"]

    assert found == {
        "count": 0,
        "nulls": 7,
        **dict.fromkeys(("min", "max", "mean", "deviation", "sum", "sum_squares")),
    }


def test_categories_are_counted_by_value() -> None:
    column = Column("sex", "categorical", values=("M", "F"))
    contract = Contract(",", False, (column,), "sex", {}, Decimal(1))  # noqa: FBT003 - no header
    counts = {"split": "test", "row_count": 5, "s0_count": 4, "s0_value0": 1, "s0_value1": 3}

    found = split_statistics([counts], contract)["test"]["sex"]

    assert found == {"count": 4, "nulls": 1, "values": {"M": 1, "F": 3}}


def test_a_destination_without_rows_is_there_with_zeros() -> None:
    assert row_counts([{"split": "train", "row_count": 3}]) == {
        "train": 3,
        "validation": 0,
        "test": 0,
        "quarantine": 0,
    }


def test_a_digest_is_a_sum_that_wraps() -> None:
    chunks = {f"digest_{chunk}": 0xFFFFFFFF for chunk in range(4)}

    found = digests([{"split": "train", **chunks, "digest_3": 0x100000001}])

    assert found["train"] == f"{1:032x}"
    assert found["test"] == "0" * 32
