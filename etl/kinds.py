"""What a column's kind means: its value, what is wrong with it, how it is written and counted.

All as SQL. An expression speaks of a column x by these names, each made by a step of `etl/sql.py`:
`t_x` its text, trimmed, null when empty; `v_x` its value, null when it has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from etl import decimals
from etl.decimals import INTEGER_DIGITS, number, number_type, reachable
from etl.dialect import literal

if TYPE_CHECKING:
    from etl.contract import Column, Kind

_CATEGORIES_SHOWN: Final = 8

Measure = Literal["numbers", "values"]
"""How a column is counted: as numbers, or value by value."""


@dataclass(frozen=True)
class Rule:
    """A way in which one field can be wrong."""

    reason: str
    condition: str
    """Of fields that are not empty."""


class Meaning(Protocol):
    """A kind. To add one is to write this down."""

    measure: Measure

    def value(self, column: Column) -> str:
        """Return `v_x` of the text `t_x`, whatever is in it."""
        ...

    def rules(self, column: Column) -> list[Rule]:
        """Return what is checked, in order: the first rule that a field breaks is its reason."""
        ...

    def written(self, column: Column) -> str:
        """Return the field as CSV has it; an empty text when it is empty."""
        ...

    def counted(self, column: Column) -> str:
        """Return what is kept of a sound field to be counted."""
        ...

    def quick_value(self, column: Column, cell: str) -> str | None:
        """Return `q_x`, the value of a cell that is `decimals.bare` in a line that is easy.

        None if it has no value but its text, which may be anything then.
        """
        ...

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return a condition on `cell` and `q_x` that holds only where no rule is broken.

        It need not hold for every sound field, nor for an empty one: those get a careful look.
        """
        ...


class Number:
    """Exact decimals within a range; the text stays as it was written."""

    measure: Measure = "numbers"

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

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return that it is whole, too."""
        value = f"q_{column.name}"
        return f"{super().quick_sound(column, cell)} and {value} = floor({value})"

    def _whole(self, column: Column) -> list[Rule]:
        value = f"v_{column.name}"
        return [Rule(f"{column.name}: not a whole number", f"{value} <> floor({value})")]


class Category:
    """One of the declared values."""

    measure: Measure = "values"

    def value(self, column: Column) -> str:
        """Return the text."""
        return f"t_{column.name}"

    def rules(self, column: Column) -> list[Rule]:
        """Return that it is one of the values."""
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

    def quick_value(self, column: Column, cell: str) -> str | None:
        """Return nothing: its text is its value."""
        del column, cell

    def quick_sound(self, column: Column, cell: str) -> str:
        """Return that it is one of the values."""
        return f"{cell} in ({_listed(column)})"


MEANINGS: Final[dict[Kind, Meaning]] = {
    "numeric": Number(),
    "integer": Integer(),
    "categorical": Category(),
}


def meaning(column: Column) -> Meaning:
    """Return what a column's kind means."""
    return MEANINGS[column.kind]


def quoted(text: str) -> str:
    """Return a text as a CSV field."""
    inner = f"""'"' || replace({text}, '"', '""') || '"'"""
    return f"""case when instr({text}, ',') + instr({text}, '"') > 0 then {inner} else {text} end"""


def _listed(column: Column) -> str:
    return ", ".join(literal(value) for value in column.values)
