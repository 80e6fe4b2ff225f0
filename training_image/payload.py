"""Request bodies to features: rows as the raw file has them, less the target.

Pure. A row that does not fit is refused by number and column. A header is not counted as a row.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

import orjson

from training_image.block import BlockReader
from training_image.cells import Cell, CellError, ReadCell, json_cell, text_cell
from training_image.errors import RequestError, shown
from training_image.features import Features, as_features
from training_image.media import CSV, JSON, RequestType
from training_image.quick import QuickReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from training_image.schema import Schema

BAD_REQUEST: Final = 400
INSTANCES: Final = "instances"
LONGEST_HEADING: Final = 256
"""Characters of a header's field; columns have at most 64."""

_BETWEEN: Final = re.compile(r"[^a-z0-9]+")

BLOCK_LINES: Final = 32
"""From here on, lines are read as a block: arrays cost more to begin with, and less a line."""

BLOCK_BYTES: Final = 4096
"""The lines are counted in so many first bytes."""


Form = Literal["line", "texts", "values"]
"""How rows are there: one as a plain line of CSV, or each as its cells, texts or JSON's values."""


class Rows(NamedTuple):
    """The rows of a request before anything in them was looked at."""

    rows: Sequence[Any]
    form: Form
    block: Features | None = None
    """All of them, if they were read at once; then there are no rows."""


class RowReader:
    """Reads the rows of a request for one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._quick = QuickReader(schema)
        self._block = BlockReader(schema)
        self._ways: dict[Form, Callable[[Sequence[Any]], Features | None]] = {
            "line": self._quick.read_lines,
            "texts": self._quick.read_texts,
            "values": self._quick.read_values,
        }
        self._names = tuple(column.name for column in schema.features)
        self._known = frozenset(self._names)
        self._numbers = tuple(
            index for index, one in enumerate(schema.features) if one.kind != "categorical"
        )
        self._words = tuple(
            index for index, one in enumerate(schema.features) if one.kind == "categorical"
        )
        self._from_text = tuple(text_cell(column) for column in schema.features)
        self._from_json = tuple(json_cell(column) for column in schema.features)
        self._heading = ",".join(self._names).encode() + b"\n"
        self._tells = self._is_header(self._names)

    def split(self, asked: RequestType, body: bytes) -> Rows:
        """Split a body into rows, without looking at what is in them.

        Raises:
            RequestError: status 400; there is nothing that could be rows.
        """
        if asked.media == CSV:
            return self.split_csv(body, asked.header)
        return self.split_json(body) if asked.media == JSON else self.split_json_lines(body)

    def split_csv(self, body: bytes, header: str = "") -> Rows:
        """Split lines of comma-separated fields.

        `header` is what the client says of the first line: `present`, `absent`, or nothing; then
        a line with all the names, in any order, that could be no row is a header.

        Raises:
            RequestError: status 400; the body is no text, no CSV, or has a wrong header.
        """
        if not header and _is_plain_line(body):
            return Rows((body.removesuffix(b"\n"),), "line")
        if body.count(b"\n", 0, BLOCK_BYTES) >= BLOCK_LINES:
            block = self._read_block(body, header)
            if block is not None:
                return Rows((), "texts", block)
        return self._split_csv(body, header)

    def _split_csv(self, body: bytes, header: str) -> Rows:
        rows = _split(_decode(body))
        if header == "present" or (not header and rows and self._is_header(rows[0])):
            rows = self._without_header(rows)
        return Rows(rows, "texts")

    def _read_block(self, body: bytes, header: str) -> Features | None:
        """Return the rows of a body read at once, below a header in the schema's order if any."""
        asked = header == "present" or (not header and self._tells)
        if asked and body.startswith(self._heading):
            return self._block.read(body[len(self._heading) :])
        return None if header == "present" else self._block.read(body)

    def split_json(self, body: bytes) -> Rows:
        """Split a list of rows, each a list in column order or an object by column name.

        They may stand below `instances`; one row may stand alone, without the list around it.

        Raises:
            RequestError: status 400; the body is no JSON, or a row has the wrong columns.
        """
        return self._values(self._json_rows(_loads(body, "the body")))

    def split_json_lines(self, body: bytes) -> Rows:
        """Split lines, each a row as JSON has it.

        Raises:
            RequestError: status 400; which row is no JSON, or has the wrong columns.
        """
        lines = body.removesuffix(b"\n").split(b"\n") if body.strip() else []
        return self._values(
            [_loads(line, f"row {number}") for number, line in enumerate(lines, start=1)]
        )

    def read(self, rows: Rows) -> Features:
        """Read rows, the long way if need be.

        Raises:
            RequestError: status 400; which row and column, what was found, what was expected.
        """
        if rows.block is not None:
            return rows.block
        quick = self.read_quickly(rows)
        if quick is not None:
            return quick
        if rows.form == "line":
            rows = self._split_csv(rows.rows[0], "")
        return self._features(
            rows.rows, self._from_json if rows.form == "values" else self._from_text
        )

    def read_quickly(self, rows: Rows) -> Features | None:
        """Return the features of rows, or nothing if they need the long way."""
        return self._ways[rows.form](rows.rows)

    # ---- rows -------------------------------------------------------------------------------

    def _values(self, found: Sequence[object]) -> Rows:
        rows = [self._json_row(number, row) for number, row in enumerate(found, start=1)]
        return Rows(rows, "values")

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
        except CellError as error:
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
            except CellError:
                return name
        return ""

    # ---- headers ----------------------------------------------------------------------------

    def _is_header(self, row: Sequence[str]) -> bool:
        if len(row) != len(self._names) or self._heading_of(row[0]) not in self._known:
            return False
        if sorted(map(self._heading_of, row)) != sorted(self._names):
            return False
        try:
            self._row(1, row, self._from_text)
        except RequestError:
            return True
        return False  # its names happen to be values

    def _without_header(self, rows: list[list[str]]) -> list[list[str]]:
        """Return the rows below a header, with their fields in the schema's order."""
        first = rows[0] if rows else []
        if len(first) != len(self._names):
            raise self._wrong_columns("the header", [text.strip() for text in first])
        header = [self._heading_of(text) for text in first]
        if sorted(header) != sorted(self._names):
            written = [
                name if name in self._known else text.strip()
                for name, text in zip(header, first, strict=True)
            ]
            raise self._wrong_columns("the header", written)
        if len(rows) == 1:
            raise RequestError(
                BAD_REQUEST, "the body has a header alone", expected="at least one row below it"
            )
        places = [header.index(name) for name in self._names]
        return [
            [row[place] for place in places] if len(row) == len(places) else row for row in rows[1:]
        ]

    def _heading_of(self, text: str) -> str:
        """Return the column that a header's field means: its very name, or as raw files have it."""
        if len(text) > LONGEST_HEADING:
            return text
        name = text.strip()
        return name if name in self._known else column_name(text)

    def _wrong_columns(self, what: str, found: Sequence[str]) -> RequestError:
        unknown = sorted(set(found) - self._known)
        lacking = [name for name in self._names if name not in found]
        return RequestError(
            BAD_REQUEST,
            f"{what} has the wrong columns",
            found=f"unknown {shown(unknown)}, missing {shown(lacking)}",
            expected=", ".join(self._names),
        )

    # ---- JSON -------------------------------------------------------------------------------

    def _json_rows(self, document: object) -> list[object]:
        if isinstance(document, dict):
            fields = cast("dict[str, object]", document)
            if INSTANCES not in fields or INSTANCES in self._known:
                return [fields]
            document = fields[INSTANCES]
        if not isinstance(document, list):
            raise RequestError(
                BAD_REQUEST,
                "the body holds no rows",
                found=shown(document),
                expected="a list of rows",
            )
        rows = cast("list[object]", document)
        # a list of plain values alone is one row
        plain = rows and not any(isinstance(row, list | dict) for row in rows)
        return [rows] if plain else rows

    def _json_row(self, number: int, row: object) -> Sequence[object]:
        if isinstance(row, list):
            return cast("list[object]", row)
        if not isinstance(row, dict):
            raise RequestError(
                BAD_REQUEST, f"row {number}", found=shown(row), expected="a list or an object"
            )
        fields = cast("dict[str, object]", row)
        if fields.keys() != self._known:
            fields = self._by_column(number, fields)
        return [fields[name] for name in self._names]

    def _by_column(self, number: int, fields: dict[str, object]) -> dict[str, object]:
        """Return a row whose keys are written as headers may be."""
        if len(fields) == len(self._names):
            found = {self._heading_of(name): value for name, value in fields.items()}
            if found.keys() == self._known:
                return found
        raise self._wrong_columns(f"row {number}", list(fields))


def _is_plain_line(body: bytes) -> bool:
    """Tell whether a body is one line that may be cut at its commas."""
    if body in (b"", b"\n") or body.find(b"\n", 0, -1) >= 0:
        return False
    return body.isascii() and b'"' not in body and b"\r" not in body


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise RequestError(
            BAD_REQUEST,
            "the body is no UTF-8 text",
            found=f"byte {body[error.start]:#04x} at position {error.start}",
        ) from error


def _split(text: str) -> list[list[str]]:
    if '"' in text:
        return _split_quoted(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        return []
    return [line.split(",") for line in text.removesuffix("\n").split("\n")]


def _split_quoted(text: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise RequestError(BAD_REQUEST, "the body is no CSV", found=shown(str(error))) from error
    return [row or [""] for row in rows]


def _loads(text: bytes, what: str) -> object:
    try:
        return orjson.loads(text)
    except ValueError as error:
        raise RequestError(
            BAD_REQUEST,
            f"{what} is no JSON",
            found=shown(str(error)),
            expected="a list of rows" if what == "the body" else "a list or an object a line",
        ) from error


def column_name(text: str) -> str:
    """Return the column that a header means, as it is read in raw files."""
    return _BETWEEN.sub("_", text.strip().lower()).strip("_")


def _flat(cells: Sequence[Cell]) -> Sequence[Sequence[Cell]]:
    """Return a column as those of the model's input: one, or one for each feature of dates."""
    dates = [cell for cell in cells if isinstance(cell, tuple)]
    return list(zip(*dates, strict=True)) if dates else [cells]
