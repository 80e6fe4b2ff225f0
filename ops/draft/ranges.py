"""Ranges with head-room: what was seen, and half as much again on either side, in round numbers."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

HALF = Decimal("0.5")


def with_headroom(low: Decimal, high: Decimal) -> tuple[float, float]:
    """Return bounds for what may come, if it is like what was seen; nothing changes its sign."""
    span = high - low or abs(high) or Decimal(1)
    step = Decimal(1).scaleb(span.adjusted())
    below = _round(low - HALF * span, step, ROUND_FLOOR)
    above = _round(high + HALF * span, step, ROUND_CEILING)
    return plain(max(below, Decimal(0)) if low >= 0 else below), plain(
        min(above, Decimal(0)) if low < 0 and high <= 0 else above
    )


def rounded_up(value: float, digits: int = 2) -> float:
    """Return the next number with so few digits."""
    exact = Decimal(repr(value))
    step = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return plain(_round(exact, step, ROUND_CEILING))


def rounded_down(value: float, digits: int = 2) -> float:
    """Return the last number before it with so few digits."""
    exact = Decimal(repr(value))
    step = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return plain(_round(exact, step, ROUND_FLOOR))


def plain(number: Decimal) -> float:
    """Return a number as model files have it: whole where it can be."""
    return int(number) if number == number.to_integral_value() else float(number)


def _round(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).to_integral_value(rounding) * step
