"""The kinds of columns: numbers and categories here, each other one in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl import decimals
from etl.booleans import Boolean
from etl.dates import Date
from etl.decimals import INTEGER_DIGITS, number, number_type, reachable
from etl.dialect import literal
from etl.left_out import LeftOut
from etl.meaning import Meaning, Rule, quoted

if TYPE_CHECKING:
    from etl.contract import Column, Kind
    from etl.meaning import Measure

_CATEGORIES_SHOWN: Final = 8


class Number(Meaning):
    """Exact decimals within a range; the text stays as it was written."""

    measure: Measure = "numbers"
    casts = True

    def value(self, column: Column) -> str:
        """Return the decimal."""
        return decimals.careful(f"t_{column.name}")

    def rules(self, column: Column) -> list[Rule]:
        """Return that it is a number, and one in the range."""
        text, value = f"t_{column.name}", f"v_{column.name}"
        low, high = reachable(column.minimum), reachable(column.maximum)
        looks_right = f"regexp_like({text}, {literal(decimals.NUMBER)})"
        digits = f"{column.name}: {INTEGER_DIGITS} digits are the most"
        found = [
            Rule(digits, f"{value} is null and {looks_right}"),
            Rule(f"{column.name}: not a number", f"{value} is null"),
            *self._whole(column),
        ]
        if low is not None:
            found.append(Rule(f"{column.name}: below {low:f}", f"{value} < {number(low)}"))
        if high is not None:
            found.append(Rule(f"{column.name}: above {high:f}", f"{value} > {number(high)}"))
        return found

    def written(self, column: Column) -> str:
        """Return the text: numbers never need quotes."""
        return f"coalesce(t_{column.name}, '')"

    def counted(self, column: Column) -> str:
        """Return the decimal in the smallest type that holds the range."""
        return f"try_cast(v_{column.name} as {number_type(column)})"

    def stored(self, column: Column) -> str:
        """Return the double next to the text; not to the decimal, which engines round twice."""
        return f"cast(w_{column.name} as double)"

    def quick_value(self, column: Column, cell: str) -> str | None:
        """Return the decimal."""
        return f"try_cast({cell} as {number_type(column)})"

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return that it can be cast so, and lies in the range."""
        value, kind = f"q_{column.name}", number_type(column)
        del cell
        low, high = reachable(column.minimum), reachable(column.maximum)
        bounds = [] if low is None else [f"{value} >= {number(low, kind)}"]
        bounds += [] if high is None else [f"{value} <= {number(high, kind)}"]
        return " and ".join(bounds or [f"{value} is not null"])

    def _whole(self, column: Column) -> list[Rule]:
        del column
        return []


class Integer(Number):
    """Numbers without a fraction, however they are written: `7.0` is one."""

    def stored(self, column: Column) -> str:
        """Return the whole number."""
        return f"cast(k_{column.name} as bigint)"

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return that it is whole, too."""
        value = f"q_{column.name}"
        return f"{super().quick_sound(column, cell)} and {value} = floor({value})"

    def _whole(self, column: Column) -> list[Rule]:
        value = f"v_{column.name}"
        return [Rule(f"{column.name}: not a whole number", f"{value} <> floor({value})")]


class Category(Meaning):
    """One of the declared values, or any text where they are learnt."""

    measure: Measure = "values"

    def value(self, column: Column) -> str:
        """Return the text."""
        return f"t_{column.name}"

    def rules(self, column: Column) -> list[Rule]:
        """Return that it is one of the values."""
        if column.max_values is not None:
            return []
        shown = ", ".join(column.values[:_CATEGORIES_SHOWN])
        more = len(column.values) - _CATEGORIES_SHOWN
        allowed = f"{shown} and {more} more" if more > 0 else shown
        condition = f"t_{column.name} not in ({_listed(column)})"
        return [Rule(f"{column.name}: not one of {allowed}", condition)]

    def written(self, column: Column) -> str:
        """Return the text, in quotes if it has to be."""
        return quoted(f"coalesce(t_{column.name}, '')")

    def counted(self, column: Column) -> str:
        """Return the text."""
        return f"v_{column.name}"

    def stored(self, column: Column) -> str:
        """Return the text."""
        return f"k_{column.name}"

    def known(self, column: Column) -> tuple[str, ...]:
        """Return the declared values."""
        return column.values

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return that it is one of the values."""
        if column.max_values is not None:
            return f"{cell} <> ''"
        return f"{cell} in ({_listed(column)})"


MEANINGS: Final[dict[Kind, Meaning]] = {
    "numeric": Number(),
    "integer": Integer(),
    "categorical": Category(),
    "boolean": Boolean(),
    "date": Date(),
    "timestamp": Date(),
    "text": LeftOut(),
    "identifier": LeftOut(),
}


def meaning(column: Column) -> Meaning:
    """Return what a column's kind means."""
    return MEANINGS[column.kind]


def _listed(column: Column) -> str:
    return ", ".join(literal(value) for value in column.values)
