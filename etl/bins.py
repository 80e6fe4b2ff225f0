"""The bins of a column's histogram: fixed by the contract, so that histograms of parts add up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.decimals import number, number_type, reachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.contract import Column

BINS: Final = 20
"""The most that a declared range is divided into."""

_POWERS: Final = [Decimal(2) ** power for power in range(-10, 50)]
_POWERS_OF_TWO: Final = [*(-power for power in reversed(_POWERS)), Decimal(0), *_POWERS]


def edges(column: Column) -> list[Decimal]:
    """Return where one bin ends and the next begins; the first and the last are open.

    A range that is declared on both sides is cut into bins of one width, which is whole for
    integers. Any other is cut at the powers of two.
    """
    low, high = reachable(column.minimum), reachable(column.maximum)
    if low is None or high is None:
        return [
            edge
            for edge in _POWERS_OF_TWO
            if (low is None or edge > low) and (high is None or edge <= high)
        ]
    if column.kind != "numeric":
        return _whole_edges(low, high)
    width = (high - low) / BINS
    return [low + place * width for place in range(1, BINS)] if width else []


def bin_of(value: str, column: Column) -> str:
    """Return the expression for the place of a value's bin, counted from 0."""
    literals = [number(edge, number_type(column)) for edge in edges(column)]
    return _search(value, literals, 0, len(literals))


def _whole_edges(low: Decimal, high: Decimal) -> list[Decimal]:
    first = low.to_integral_value(rounding="ROUND_CEILING")
    span = int(high - first) + 1
    width = -(-span // BINS)
    return [first + edge for edge in range(width, span, width)]


def _search(value: str, literals: Sequence[str], low: int, high: int) -> str:
    """Return a binary search of the first edge above a value."""
    if low == high:
        return str(low)
    middle = (low + high) // 2
    below, above = (
        _search(value, literals, low, middle),
        _search(value, literals, middle + 1, high),
    )
    return f"case when {value} < {literals[middle]} then {below} else {above} end"
