"""What a column's kind means: its value, what is wrong with it, how it is written and counted.

All as SQL. An expression speaks of a column x by these names, each made by a step of `etl/sql.py`:
`t_x` its text, trimmed, null when empty; `q_x` its value where that is quick to get; `s_x` whether
the field is sound at a glance; `w_x` its value after a careful look, where it is not; `n_x` its
value. `plain` and `simple` are what is known of the whole line (`etl/cells.py`).
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
    """Of fields that are not empty, and not sound at a glance."""


class Meaning(Protocol):
    """A kind. To add one is to write this down."""

    measure: Measure

    def quick(self, column: Column) -> str | None:
        """Return `q_x`, or None if its text is all that counts."""
        ...

    def careful(self, column: Column) -> str | None:
        """Return `w_x`, or None."""
        ...

    def sound(self, column: Column) -> str:
        """Return a condition that no field fulfils which breaks a rule; some break none."""
        ...

    def rules(self, column: Column) -> list[Rule]:
        """Return what is checked, in order: the first rule that a field breaks is its reason."""
        ...

    def written(self, column: Column) -> str:
        """Return the field as CSV has it; an empty text when it is empty."""
        ...


class Number:
    """Exact decimals within a range; the text stays as it was written."""

    measure: Measure = "numbers"

    def quick(self, column: Column) -> str | None:
        """Return the value of a text that may be cast as it is."""
        return decimals.quick(f"t_{column.name}", number_type(column))

    def careful(self, column: Column) -> str | None:
        """Return the value of any text."""
        return decimals.careful(f"t_{column.name}")

    def sound(self, column: Column) -> str:
        """Return whether the value lies in the range."""
        value, kind = f"q_{column.name}", number_type(column)
        low, high = reachable(column.minimum), reachable(column.maximum)
        bounds = [] if low is None else [f"{value} >= {number(low, kind)}"]
        bounds += [] if high is None else [f"{value} <= {number(high, kind)}"]
        return " and ".join(bounds or [f"{value} is not null"])

    def rules(self, column: Column) -> list[Rule]:
        """Return that it is a number, and one in the range."""
        text, value = f"t_{column.name}", f"w_{column.name}"
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

    def _whole(self, column: Column) -> list[Rule]:
        del column
        return []


class Integer(Number):
    """Numbers without a fraction, however they are written: `7.0` is one."""

    def sound(self, column: Column) -> str:
        """Return whether the value is whole and lies in the range."""
        value = f"q_{column.name}"
        return f"{super().sound(column)} and {value} = floor({value})"

    def _whole(self, column: Column) -> list[Rule]:
        value = f"w_{column.name}"
        return [Rule(f"{column.name}: not a whole number", f"{value} <> floor({value})")]


class Category:
    """One of the declared values."""

    measure: Measure = "values"

    def quick(self, column: Column) -> str | None:
        """Return nothing: its text is its value."""
        del column

    def careful(self, column: Column) -> str | None:
        """Return nothing."""
        del column

    def sound(self, column: Column) -> str:
        """Return whether it is one of the values."""
        return f"t_{column.name} in ({_listed(column)})"

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
