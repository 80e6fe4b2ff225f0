"""Why a row is quarantined: the rules of each column, in words and as SQL conditions.

A condition speaks of `t_x`, the trimmed text of column x (null when empty), and of its value `n_x`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.dialect import INTEGER_DIGITS, literal, number

if TYPE_CHECKING:
    from etl.contract import Column, Contract

BROKEN_QUOTES: Final = "row: quotes do not match"

_NUMBER: Final = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
_LARGEST: Final = Decimal(10) ** INTEGER_DIGITS
_CATEGORIES_SHOWN: Final = 8


@dataclass(frozen=True)
class Rule:
    """A way in which one field can be wrong."""

    reason: str
    condition: str


def rules(column: Column) -> list[Rule]:
    """Return what is checked, in order: the first rule that a field breaks is its reason."""
    empty = [] if column.nullable else [Rule(f"{column.name}: empty", f"t_{column.name} is null")]
    return empty + (_category(column) if column.kind == "categorical" else _numbers(column))


def wrong_field_count(found: str, expected: int) -> str:
    """Return the reason of a row with too many or too few fields."""
    return f"row: {found} fields instead of {expected}"


def column_of(reason: str, contract: Contract) -> str | None:
    """Return the column that a reason is about, or None when it is about the whole row."""
    known = {rule.reason: column.name for column in contract.columns for rule in rules(column)}
    return known.get(reason)


def _category(column: Column) -> list[Rule]:
    shown = ", ".join(column.values[:_CATEGORIES_SHOWN])
    more = len(column.values) - _CATEGORIES_SHOWN
    allowed = f"{shown} and {more} more" if more > 0 else shown
    listed = ", ".join(literal(value) for value in column.values)
    return [Rule(f"{column.name}: not one of {allowed}", f"t_{column.name} not in ({listed})")]


def _numbers(column: Column) -> list[Rule]:
    text, value = f"t_{column.name}", f"n_{column.name}"
    unknown = f"{text} is not null and {value} is null"
    spelt_right = f"regexp_extract({text}, {literal(_NUMBER)}, 0) <> ''"
    found = [
        Rule(
            f"{column.name}: {INTEGER_DIGITS} digits are the most", f"{unknown} and {spelt_right}"
        ),
        Rule(f"{column.name}: not a number", unknown),
    ]
    if column.kind == "integer":
        found.append(Rule(f"{column.name}: not a whole number", f"{value} <> floor({value})"))
    return found + _bounds(column)


def _bounds(column: Column) -> list[Rule]:
    """Return the rules of the range; a bound that no number here can reach needs none."""
    value = f"n_{column.name}"
    low, high = column.minimum, column.maximum
    found = list[Rule]()
    if low is not None and abs(low) < _LARGEST:
        found.append(Rule(f"{column.name}: below {low:f}", f"{value} < {number(low)}"))
    if high is not None and abs(high) < _LARGEST:
        found.append(Rule(f"{column.name}: above {high:f}", f"{value} > {number(high)}"))
    return found
