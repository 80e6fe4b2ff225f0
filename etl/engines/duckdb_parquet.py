"""Parquet on DuckDB: ranges of rows from a copy of the object on disk.

DuckDB reads the row groups alone that hold a range, and of those what it needs, so that memory and
time depend on no object's size. The cost: the scratch folder has to hold the object.
"""
# ruff: noqa: S608 - names are in quotes, texts go through `dialect.literal`

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import duckdb

from etl.dialect import literal
from etl.errors import RecordFormatError
from etl.parquet_layout import Footer, RawColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from etl.parquet_layout import RawType
    from etl.request import Source
    from etl.storage import Storage

_FIELD_BYTES: Final = 12
"""Of a typical field as text, with its share of what is computed of it."""

_TYPES: Final[dict[str, RawType]] = {
    "BOOLEAN": "boolean",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), "integer"),
    "FLOAT": "float",
    "DOUBLE": "double",
    "VARCHAR": "text",
    "JSON": "text",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "TIMESTAMP_NS": "timestamp",
}
_OTHERS: Final = (
    (r".*\[\]", "list"),
    (r"STRUCT.*", "struct"),
    (r"MAP.*", "map"),
    (r"BLOB", "binary"),
    (r"TIME.*", "time"),
)
_NANOSECONDS: Final = 1_000_000_000
_FOREVER: Final = 2**63 - 1
"""Stands for a moment that DuckDB calls infinite: no text of a date."""


@dataclass(frozen=True)
class RowRange:
    """Some rows of one raw object."""

    path: Path
    """Nothing is there: what is made of them is named after it."""

    first_record: int
    lines: int
    """How many rows."""

    size: int
    """Their share of the object's bytes."""

    query: str
    """Gives `record` and `p_x` for each column x."""


def copy(source: Source, storage: Storage, path: Path) -> None:
    """Write an object to a file."""
    with path.open("wb") as stream:
        for chunk in storage.chunks(source):
            stream.write(chunk)


def read_footer(path: Path, where: str) -> Footer:
    """Return what a file says of itself.

    Raises:
        RecordFormatError: DuckDB cannot read it.
    """
    with _refusal(path, where) as database:
        file = f"read_parquet({literal(str(path))})"
        columns = database.execute(f"describe from {file}").fetchall()
        rows = database.execute(f"select count(*) from {file}").fetchall()
    return Footer(
        int(rows[0][0]), tuple(_column(str(name), str(kind)) for name, kind, *_ in columns)
    )


def confirm_readable(path: Path, where: str) -> None:
    """Read all that is in a file.

    Raises:
        RecordFormatError: it is damaged.
    """
    with _refusal(path, where) as database:
        database.execute(f"select max(hash(t)) from read_parquet({literal(str(path))}) as t")


@contextmanager
def _refusal(path: Path, where: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a database; what it cannot read is refused in the words that people get."""
    try:
        with duckdb.connect(config={"threads": 1}) as database:
            yield database
    except duckdb.Error as error:
        raise RecordFormatError(
            "this Parquet file cannot be read",
            where=where,
            found=str(error).replace(str(path), "the file"),
            do="write it again, and upload it whole",
        ) from error


def row_ranges(
    path: Path, source: Source, columns: Mapping[str, RawColumn], batch_bytes: int
) -> Iterator[RowRange]:
    """Yield the rows of a file, so many at once as may have the bytes as text.

    Raises:
        RecordFormatError: DuckDB cannot read it.
    """
    file = literal(str(path))
    with _refusal(path, source.key) as database:
        found = database.execute(
            "select sum(total_uncompressed_size) filter (type = 'BYTE_ARRAY')"
            f" from parquet_metadata({file})"
        ).fetchall()
        rows = database.execute(f"select count(*) from read_parquet({file})").fetchall()[0][0]
    each = len(columns) * _FIELD_BYTES + int(found[0][0] or 0) // max(rows, 1)
    step = max(1, batch_bytes // each)
    values = ", ".join(f"{_value(raw)} as p_{name}" for name, raw in columns.items())
    for first in range(0, rows, step):
        count = min(step, rows - first)
        chosen = f"file_row_number >= {first} and file_row_number < {first + count}"
        yield RowRange(
            path=path.with_name(f"{path.name}-{first:012d}"),
            first_record=first + 1,
            lines=count,
            size=source.size * count // rows,
            query=f"select file_row_number + 1 as record, {values}"
            f" from read_parquet({file}, file_row_number=true) where {chosen}",
        )


def _column(name: str, kind: str) -> RawColumn:
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind)
    if decimal:
        return RawColumn(name, "decimal", "decimal", scale=int(decimal[2]))
    if kind in _TYPES:
        unit = {"per_second": _NANOSECONDS} if kind == "TIMESTAMP_NS" else {}
        return RawColumn(name, _TYPES[kind], _TYPES[kind], **unit)
    shown = next((shown for form, shown in _OTHERS if re.fullmatch(form, kind)), kind.lower())
    return RawColumn(name, "other", shown)


def _value(raw: RawColumn) -> str:
    name = '"' + raw.name.replace('"', '""') + '"'
    moment = ""
    if raw.type == "date":
        moment = f"unix_date({name})"
    if raw.type == "timestamp":
        unit = "ns" if raw.per_second == _NANOSECONDS else "us"
        moment = f"epoch_{unit}({name})"
    if moment:
        return f"case when not isfinite({name}) then {_FOREVER} else {moment} end"
    return f"cast({name} as varchar)" if raw.type == "text" else name
