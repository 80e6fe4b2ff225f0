"""Figures as people read them: few digits, and dates as dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS: Final = 86_400
_IN_DAYS: Final = {"date": 1, "timestamp": _SECONDS}
"""How many there are in a day, by the kind of column whose numbers they are."""

_FIVE_DIGITS: Final = 10_000
_TOO_LONG: Final = 1e15
_TWO_DIGITS: Final = 0.0995


def figure(value: float | None) -> str:
    """Return a number: exact decimals have more digits than people want."""
    if value is None:
        return ""
    large = _FIVE_DIGITS <= abs(value) < _TOO_LONG
    return f"{value:,.0f}" if large else f"{value:.5g}"


def percent(share: float) -> str:
    """Return a share in percent, with two digits that tell something."""
    return f"{100 * share:.2g}%" if 0 < share < _TWO_DIGITS else f"{100 * share:.0f}%"


def of_kind(kind: str) -> Callable[[float | None], str]:
    """Return what shows values of a kind of column."""
    a_day = _IN_DAYS.get(kind)
    return figure if a_day is None else partial(_moment, a_day)


def spread_of_kind(kind: str) -> Callable[[float | None], str]:
    """Return what shows how far values of a kind spread."""
    a_day = _IN_DAYS.get(kind)
    return figure if a_day is None else partial(_days, a_day)


def size(count: int) -> str:
    """Return bytes in a unit that leaves few digits."""
    for unit, bytes_of_it in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= bytes_of_it:
            return f"{count / bytes_of_it:.3g} {unit}"
    return f"{count} B"


def _moment(a_day: int, value: float | None) -> str:
    """Return the moment that a number stands for, which counts days or seconds since 1970.

    A bin may reach beyond the years that Python has.
    """
    if value is None:
        return ""
    try:
        moment = _EPOCH + timedelta(seconds=value * _SECONDS // a_day)
    except OverflowError:
        return figure(value)
    return f"{moment:%Y-%m-%d}" if a_day == 1 else f"{moment:%Y-%m-%d %H:%M}"


def _days(a_day: int, value: float | None) -> str:
    return "" if value is None else f"{value / a_day:.5g} days"
