"""Request bodies to features: rows as the raw file has them, less the target.

Pure. A row that does not fit is refused by number and column; nothing is repaired but spaces
around a field.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn, cast

from training_image.errors import RequestError, shown
from training_image.features import Features, as_features
from training_image.schema import BOOLEANS, DATES

if TYPE_CHECKING:
    from training_image.schema import Column, Schema

Cell = float | str | tuple[float, ...]
"""A number, a word, or the numbers of a date."""

ReadCell = Callable[[object], Cell]

BAD_REQUEST: Final = 400
LARGEST_NUMBER: Final = 3.4028234663852886e38
"""The model's numbers have 32 bits; a larger one would become infinite."""

_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


class _CellError(Exception):
    """A field that does not fit its column."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.found = found
        self.expected = expected


class RowReader:
    """Reads the rows of a request for one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._names = tuple(column.name for column in schema.features)
        self._numbers = tuple(
            index for index, one in enumerate(schema.features) if one.kind != "categorical"
        )
        self._words = tuple(
            index for index, one in enumerate(schema.features) if one.kind == "categorical"
        )
        self._from_text = tuple(_text_cell(column) for column in schema.features)
        self._from_json = tuple(_json_cell(column) for column in schema.features)

    def read_csv(self, body: bytes) -> Features:
        """Read lines of comma-separated fields, without a header.

        Raises:
            RequestError: status 400; which row and column, what was found, what was expected.
        """
        text = _decode(body).removeprefix("\ufeff")
        if '"' in text:
            rows = _split_quoted(text)
        else:
            rows = [line.split(",") for line in text.splitlines()]
        return self._features(rows, self._from_text)

    def read_json(self, body: bytes) -> Features:
        """Read a list of rows, each a list in column order or an object by column name.

        One row may stand alone, without the list around it.

        Raises:
            RequestError: status 400; which row and column, what was found, what was expected.
        """
        try:
            document = cast("object", json.loads(_decode(body), parse_constant=_refuse_constant))
        except (ValueError, RecursionError) as error:
            raise RequestError(
                BAD_REQUEST,
                "the body is no JSON",
                found=shown(str(error)),
                expected="a list of rows",
            ) from error
        rows = _json_rows(document)
        return self._features(
            [self._json_row(number, row) for number, row in enumerate(rows, start=1)],
            self._from_json,
        )

    def _features(self, rows: Sequence[Sequence[object]], readers: Sequence[ReadCell]) -> Features:
        if not rows:
            raise RequestError(BAD_REQUEST, "the body is empty", expected="at least one row")
        read = [self._row(number, row, readers) for number, row in enumerate(rows, start=1)]
        return as_features(
            [column for index in self._numbers for column in _flat([row[index] for row in read])],
            [[row[index] for row in read] for index in self._words],
            self._schema,
        )

    def _row(self, number: int, row: Sequence[object], readers: Sequence[ReadCell]) -> list[Cell]:
        if len(row) != len(readers):
            raise RequestError(
                BAD_REQUEST,
                f"row {number} has the wrong number of columns",
                found=str(len(row)),
                expected=f"{len(readers)}: {', '.join(self._names)}",
            )
        try:
            return [read(cell) for read, cell in zip(readers, row, strict=True)]
        except _CellError as error:
            name = self._wrong_column(row, readers)
            raise RequestError(
                BAD_REQUEST,
                f"row {number}, column '{name}'",
                found=error.found,
                expected=error.expected,
            ) from error

    def _wrong_column(self, row: Sequence[object], readers: Sequence[ReadCell]) -> str:
        """Return the first column whose cell does not fit: looked for once a row was refused."""
        for name, read, cell in zip(self._names, readers, row, strict=True):
            try:
                read(cell)
            except _CellError:
                return name
        return ""

    def _json_row(self, number: int, row: object) -> Sequence[object]:
        if isinstance(row, list):
            return cast("list[object]", row)
        if not isinstance(row, dict):
            raise RequestError(
                BAD_REQUEST, f"row {number}", found=shown(row), expected="a list or an object"
            )
        fields = cast("dict[str, object]", row)
        unknown = sorted(set(fields) - set(self._names))
        lacking = [name for name in self._names if name not in fields]
        if unknown or lacking:
            raise RequestError(
                BAD_REQUEST,
                f"row {number} has the wrong columns",
                found=f"unknown {shown(unknown)}, missing {shown(lacking)}",
                expected=", ".join(self._names),
            )
        return [fields[name] for name in self._names]


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(
            BAD_REQUEST,
            "the body is no UTF-8 text",
            found=f"byte {body[error.start]:#04x} at position {error.start}",
        ) from error


def _split_quoted(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise RequestError(BAD_REQUEST, "the body is no CSV", found=shown(str(error))) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _json_rows(document: object) -> list[object]:
    if isinstance(document, dict):
        return [cast("object", document)]
    if not isinstance(document, list):
        raise RequestError(
            BAD_REQUEST, "the body holds no rows", found=shown(document), expected="a list of rows"
        )
    rows = cast("list[object]", document)
    # a list of plain values alone is one row
    plain = rows and not any(isinstance(row, list | dict) for row in rows)
    return [rows] if plain else rows


def _text_cell(column: Column) -> ReadCell:
    if column.kind == "categorical":
        return partial(_word, _allowed(column), column)
    if column.kind in DATES:
        return partial(_date, column)
    return partial(_text_boolean if column.kind == "boolean" else _text_number, column)


def _json_cell(column: Column) -> ReadCell:
    if column.kind == "categorical":
        return partial(_word, _allowed(column), column)
    if column.kind in DATES:
        return partial(_date, column)
    return partial(_json_boolean if column.kind == "boolean" else _json_number, column)


def _allowed(column: Column) -> Mapping[str, str]:
    return {value: value for value in column.values}


def _word(allowed: Mapping[str, str], column: Column, value: object) -> Cell:
    if isinstance(value, str):
        value = value.strip()
        if value in allowed:
            return value
    if column.nullable and value in ("", None):
        return column.gap
    raise _CellError(shown(value), f"one of {', '.join(allowed)}")


def _flat(cells: Sequence[Cell]) -> Sequence[Sequence[Cell]]:
    """Return a column as those of the model's input: one, or one for each feature of dates."""
    dates = [cell for cell in cells if isinstance(cell, tuple)]
    return list(zip(*dates, strict=True)) if dates else [cells]


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
    raise _CellError(shown(value), wanted)


def _text_boolean(column: Column, value: object) -> Cell:
    text = cast("str", value).strip()
    if not text and column.nullable:
        return column.gap
    try:
        return BOOLEANS[text.lower()]
    except KeyError:
        raise _CellError(shown(text), _expected_boolean(column)) from None


def _json_boolean(column: Column, value: object) -> Cell:
    if isinstance(value, str):
        return _text_boolean(column, value)
    if value is None and column.nullable:
        return column.gap
    if isinstance(value, int) and value in (0, 1):  # true and false are such numbers, too
        return float(value)
    raise _CellError(shown(value), _expected_boolean(column))


def _expected_boolean(column: Column) -> str:
    return f"one of {', '.join(BOOLEANS)}" + (", or nothing" if column.nullable else "")


def _text_number(column: Column, value: object) -> Cell:
    text = cast("str", value).strip()
    if _NUMBER.fullmatch(text):
        return _sound_number(column, float(text), text)
    if not text and column.nullable:
        return column.gap
    raise _CellError(shown(text), _expected_number(column))


def _json_number(column: Column, value: object) -> Cell:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return _sound_number(column, float(value), value)
        except OverflowError as error:
            raise _CellError(shown(value), _expected_number(column)) from error
    if value is None and column.nullable:
        return column.gap
    raise _CellError(shown(value), _expected_number(column))


def _sound_number(column: Column, number: float, found: object) -> float:
    whole = column.kind != "integer" or (math.isfinite(number) and number.is_integer())
    if abs(number) <= LARGEST_NUMBER and whole:
        return number
    raise _CellError(shown(found), _expected_number(column))


def _expected_number(column: Column) -> str:
    kind = "a whole number" if column.kind == "integer" else "a number"
    return f"{kind} that 32 bits hold" + (", or nothing" if column.nullable else "")


def render_csv(predictions: Iterable[str]) -> bytes:
    """Return one prediction a line."""
    return "".join(f"{prediction}\n" for prediction in predictions).encode()


def render_json(predictions: Iterable[str]) -> bytes:
    """Return `{"predictions": [...]}`, in the order of the rows."""
    return f'{{"predictions": [{", ".join(predictions)}]}}\n'.encode()
