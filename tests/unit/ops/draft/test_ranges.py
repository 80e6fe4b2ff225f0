"""Head-room: every number that was seen fits, and half as much again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.draft.ranges import rounded_up, with_headroom

NUMBERS = st.decimals(-1_000_000, 1_000_000, places=6)


@pytest.mark.parametrize(
    ("low", "high", "bounds"),
    [
        ("1", "29", (0, 50)),
        ("0.075", "0.815", (0, 1.2)),
        ("2015", "2025", (2010, 2030)),
        ("-5", "5", (-10, 10)),
        ("-9", "-1", (-13, 0)),
        ("7", "7", (3, 11)),
        ("0", "0", (0, 1)),
        ("0.00001", "0.00003", (0, 0.00004)),
    ],
)
def test_bounds_are_round(low: str, high: str, bounds: tuple[float, float]) -> None:
    assert with_headroom(Decimal(low), Decimal(high)) == bounds


@given(NUMBERS, NUMBERS)
def test_what_was_seen_fits_and_no_sign_is_new(one: Decimal, other: Decimal) -> None:
    low, high = min(one, other), max(one, other)

    below, above = with_headroom(low, high)

    assert Decimal(repr(below)) <= low <= high <= Decimal(repr(above))
    assert below >= 0 or low < 0
    assert above <= 0 or high > 0 or low >= 0


@pytest.mark.parametrize(("value", "rounded"), [(2.6071, 2.7), (63.25, 64), (0.0123, 0.013)])
def test_limits_are_rounded_up(value: float, rounded: float) -> None:
    assert rounded_up(value) == rounded
