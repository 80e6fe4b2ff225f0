"""What is known of one column of one split: exact, and mergeable by addition.

Numbers are counted with their least, their greatest, their sum, the sum of their squares and a
histogram; the values of categories one by one. The JSON form holds all that a merge needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etl.fields import Json

EXACT: Final = Context(prec=120)
"""More digits than any sum here has."""

_Key = TypeVar("_Key", int, str)


@dataclass(frozen=True)
class Numbers:
    """What the numbers of a column add up to."""

    count: int = 0
    least: float | None = None
    greatest: float | None = None
    """As floats: rounding keeps order, so the least of the rounded is the least, rounded."""

    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    histogram: Mapping[int, int] = field(default_factory=dict[int, int])
    """How many numbers each bin has, by its place; none for a bin without any."""

    def merge(self, other: Numbers) -> Numbers:
        """Return what both are together."""
        return Numbers(
            count=self.count + other.count,
            least=min(_known(self.least, other.least), default=None),
            greatest=max(_known(self.greatest, other.greatest), default=None),
            total=EXACT.add(self.total, other.total),
            squares=EXACT.add(self.squares, other.squares),
            histogram=_added(self.histogram, other.histogram),
        )

    def to_json(self, rows: int) -> Json:
        """Return the figures of a column of so many rows."""
        mean = float(EXACT.divide(self.total, Decimal(self.count))) if self.count else None
        return {
            "count": self.count,
            "nulls": rows - self.count,
            "min": self.least,
            "max": self.greatest,
            "mean": mean,
            "deviation": self._deviation(),
            "sum": _plain(self.total) if self.count else None,
            "sum_squares": _plain(self.squares) if self.count else None,
            "histogram": {str(place): self.histogram[place] for place in sorted(self.histogram)},
        }

    @classmethod
    def from_json(cls, document: Json) -> Numbers:
        """Read the figures back."""
        return cls(
            count=int(document["count"]),
            least=document["min"],
            greatest=document["max"],
            total=Decimal(document["sum"] or 0),
            squares=Decimal(document["sum_squares"] or 0),
            histogram={int(place): int(count) for place, count in document["histogram"].items()},
        )

    def _deviation(self) -> float | None:
        """Return the standard deviation of the sample, or None for less than two values."""
        if self.count <= 1:
            return None
        squared = EXACT.multiply(self.total, self.total)
        spread = EXACT.subtract(EXACT.multiply(self.squares, self.count), squared)
        divided = EXACT.divide(spread, Decimal(self.count) * (self.count - 1))
        return float(EXACT.sqrt(divided))


@dataclass(frozen=True)
class Values:
    """How often each value of a column is there."""

    values: Mapping[str, int] = field(default_factory=dict[str, int])
    learnt: bool = False
    """Whether values are what was found: their order is that of texts, else the declared one."""

    def merge(self, other: Values) -> Values:
        """Return what both are together."""
        return Values(_added(self.values, other.values), self.learnt or other.learnt)

    def to_json(self, rows: int) -> Json:
        """Return the figures of a column of so many rows."""
        count = sum(self.values.values())
        names = sorted(self.values) if self.learnt else self.values
        values = {name: self.values[name] for name in names}
        return {"count": count, "nulls": rows - count, "values": values}

    @classmethod
    def from_json(cls, document: Json) -> Values:
        """Read the figures back."""
        return cls({str(value): int(count) for value, count in document["values"].items()})


Measures = Numbers | Values


def merge(first: Measures, second: Measures) -> Measures:
    """Return what both are together.

    Raises:
        TypeError: one counts numbers and the other values.
    """
    if isinstance(first, Numbers) and isinstance(second, Numbers):
        return first.merge(second)
    if isinstance(first, Values) and isinstance(second, Values):
        return first.merge(second)
    raise TypeError(f"{first} and {second} do not count the same")


def _known(*values: float | None) -> Iterable[float]:
    return [value for value in values if value is not None]


def _added(first: Mapping[_Key, int], second: Mapping[_Key, int]) -> dict[_Key, int]:
    return {**first} | {key: first.get(key, 0) + count for key, count in second.items()}


def _plain(value: Decimal) -> str:
    """Return all digits and no needless zeros, whatever scale the engine gave."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
