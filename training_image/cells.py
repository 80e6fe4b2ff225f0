"""One field of a request becomes what the model takes of it, or is refused by what it should be.

Pure. Nothing is repaired but spaces around a field.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from training_image.errors import shown
from training_image.schema import BOOLEANS, DATES

if TYPE_CHECKING:
    from training_image.schema import Column

Cell = float | str | tuple[float, ...]
"""A number, a word, or the numbers of a date."""

ReadCell = Callable[[object], Cell]

LARGEST_NUMBER: Final = 3.4028234663852886e38
"""The model's numbers have 32 bits; a larger one would become infinite."""

_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


class CellError(Exception):
    """A field that does not fit its column."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.found = found
        self.expected = expected


def text_cell(column: Column) -> ReadCell:
    """Return what reads a column's fields in CSV."""
    return _cell(column, _text_boolean if column.kind == "boolean" else _text_number)


def json_cell(column: Column) -> ReadCell:
    """Return what reads a column's values in JSON."""
    return _cell(column, _json_boolean if column.kind == "boolean" else _json_number)


def _cell(column: Column, number: Callable[[Column, object], Cell]) -> ReadCell:
    if column.kind == "categorical":
        return partial(_word, _allowed(column), column)
    return partial(_date if column.kind in DATES else number, column)


def _allowed(column: Column) -> Mapping[str, str]:
    return {value: value for value in column.values}


def _word(allowed: Mapping[str, str], column: Column, value: object) -> Cell:
    if isinstance(value, str):
        value = value.strip()
        if value in allowed:
            return value
    if column.nullable and value in ("", None):
        return column.gap
    raise CellError(shown(value), f"one of {', '.join(allowed)}")


def _date(column: Column, value: object) -> Cell:
    if (isinstance(value, str) and not value.strip()) or value is None:
        if column.nullable:
            return column.dates.gap
    elif isinstance(value, str):
        try:
            return column.dates.read(value.strip())
        except ValueError:
            pass
    wanted = f"a {column.kind} {column.format}" + (", or nothing" if column.nullable else "")
    raise CellError(shown(value), wanted)


def _text_boolean(column: Column, value: object) -> Cell:
    text = cast("str", value).strip()
    if not text and column.nullable:
        return column.gap
    try:
        return BOOLEANS[text.lower()]
    except KeyError:
        raise CellError(shown(text), _expected_boolean(column)) from None


def _json_boolean(column: Column, value: object) -> Cell:
    if isinstance(value, str):
        return _text_boolean(column, value)
    if value is None and column.nullable:
        return column.gap
    if isinstance(value, int) and value in (0, 1):  # true and false are such numbers, too
        return float(value)
    raise CellError(shown(value), _expected_boolean(column))


def _expected_boolean(column: Column) -> str:
    return f"one of {', '.join(BOOLEANS)}" + (", or nothing" if column.nullable else "")


def _text_number(column: Column, value: object) -> Cell:
    text = cast("str", value).strip()
    if _NUMBER.fullmatch(text):
        return _sound_number(column, float(text), text)
    if not text and column.nullable:
        return column.gap
    raise CellError(shown(text), _expected_number(column))


def _json_number(column: Column, value: object) -> Cell:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _sound_number(column, float(value), value)
    if value is None and column.nullable:
        return column.gap
    raise CellError(shown(value), _expected_number(column))


def _sound_number(column: Column, number: float, found: object) -> float:
    whole = column.kind != "integer" or (math.isfinite(number) and number.is_integer())
    if abs(number) <= LARGEST_NUMBER and whole:
        return number
    raise CellError(shown(found), _expected_number(column))


def _expected_number(column: Column) -> str:
    kind = "a whole number" if column.kind == "integer" else "a number"
    return f"{kind} that 32 bits hold" + (", or nothing" if column.nullable else "")
