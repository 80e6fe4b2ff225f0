"""Cuts the lines of a file into a table of texts, in DuckDB: field for field as the ETL does it."""
# ruff: noqa: S608 - names are ours, texts go through `literal`

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.draft.dialect import Dialect
    from ops.draft.source import Source

MEMORY: Final = "1GB"
QUOTES: Final = "row: quotes do not match"
NEWLINE: Final = "\x1e"
"""What stands for a line feed inside quotes while lines are cut."""

_ODD: Final = 0.01
"""The share of lines with odd quotes up to which these are errors."""

_BLANKS: Final = " \t"
LINES: Final = (
    "read_csv({path}, auto_detect=false, header=false, skip={skip}, delim='\x1f', quote='',"
    " escape='', strict_mode=false, columns={{'raw': 'VARCHAR'}})"
)
"""Makes the CSV reader a reader of lines, with a delimiter that no text has."""


@dataclass(frozen=True)
class Rows:
    """A table `raw` of texts, trimmed and null where empty; a column `c_x` for each column x."""

    database: duckdb.DuckDBPyConnection
    names: tuple[str, ...]
    headings: tuple[str, ...]
    count: int
    """Rows with as many fields as there are columns."""

    broken: dict[str, int] = field(default_factory=dict[str, int])
    """Rows that were left out, by reason; the ETL quarantines them."""

    def ask(self, query: str) -> list[Any]:
        """Return the only row of an answer."""
        return list(self.all(query)[0])

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of an answer."""
        return self.database.execute(query).fetchall()


@contextmanager
def scratch() -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """Lend a folder for temporary files with a database in it."""
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        path = Path(folder)
        with duckdb.connect(path / "draft.duckdb") as database:
            database.execute(f"set memory_limit = '{MEMORY}'")
            database.execute(f"set temp_directory = {literal(folder)}")
            database.execute("set enable_progress_bar = false")
            yield path, database


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def cut_best(
    database: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, names: Sequence[str]
) -> tuple[Rows, Dialect]:
    """Cut a file of text; with other quotes if that leaves fewer lines broken.

    Raises:
        OpsError: a line is longer than any row.
    """
    found = cut_lines(database, source, dialect, names)
    if QUOTES not in found.broken:
        return found, dialect
    for way in _other_ways(dialect, found):
        database.execute("alter table raw rename to first_try")
        other = cut_lines(database, source, way, names)
        if other.count >= found.count and sum(other.broken.values()) < sum(found.broken.values()):
            database.execute("drop table first_try")
            return other, way
        database.execute("drop table raw")
        database.execute("alter table first_try rename to raw")
    return found, dialect


def _other_ways(dialect: Dialect, found: Rows) -> list[Dialect]:
    """Return that records may have line ends in them, or quotes be letters where many are odd."""
    ways = [replace(dialect, quoted_newlines=not dialect.quoted_newlines)]
    if sum(found.broken.values()) > _ODD * found.count:
        ways.append(replace(dialect, quoted_newlines=False, quote=""))
    return ways


def cut_lines(
    database: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, names: Sequence[str]
) -> Rows:
    """Cut a file of text.

    Raises:
        OpsError: a line is longer than any row.
    """
    plain = _joined(source.plain, dialect.quote) if dialect.quoted_newlines else source.plain
    try:
        database.execute(f"create or replace table cut as {_cut(plain, dialect, names)}")
    except duckdb.Error as error:
        raise OpsError(
            "DuckDB cannot read it",
            resource=source.name,
            found=str(error).split("\n", maxsplit=1)[0],
            expected="lines of text, none longer than a million bytes",
            do="export the table again",
        ) from error
    return table_of(database, names, dialect.header or names)


def table_of(
    database: duckdb.DuckDBPyConnection, names: Sequence[str], headings: Sequence[str]
) -> Rows:
    """Return the table `cut`, less the rows with a fault."""
    faults = database.execute("select fault, count(*) from cut group by fault order by fault")
    counts = {fault: int(count) for fault, count in faults.fetchall()}
    count = counts.pop(None, 0)
    # A table, not a view: to bind a view of hundreds of columns costs more than to read one.
    database.execute("drop table if exists raw")
    database.execute("delete from cut where fault is not null")
    database.execute("alter table cut rename to raw")
    return Rows(database, tuple(names), tuple(headings), count, counts)


def _joined(plain: Path, quote: str) -> Path:
    """Write a copy without line feeds inside quotes: a record is then a line."""
    joined, inside = plain.with_suffix(".joined"), False
    with plain.open(encoding="utf-8", newline="") as text, joined.open("w", newline="") as out:
        while chunk := text.read(1 << 22):
            for number, piece in enumerate(chunk.split(quote)):
                inside = inside != (number > 0)
                out.write(quote * (number > 0))
                out.write(piece.replace("\n", NEWLINE) if inside else piece)
    return joined


def require_rows(rows: Rows, file: str) -> None:
    """Refuse a file without rows.

    Raises:
        OpsError: there are none, or only broken ones.
    """
    if rows.count:
        return
    raise OpsError(
        "there are no rows in it",
        resource=file,
        found=", ".join(rows.broken) or "a header alone",
        expected="a file of rows",
        do="export the table again",
    )


def _cut(plain: Path, dialect: Dialect, names: Sequence[str]) -> str:
    delimiter, quote = literal(dialect.delimiter), dialect.quote
    blanks = literal(_BLANKS.replace(dialect.delimiter, ""))
    field_pattern = literal(_field(dialect.delimiter, quote)) if quote else "''"
    has_quote = f"instr(raw, {literal(quote)}) > 0" if quote else "false"
    cell = f"trim(case when quoted then substr(cell, 2) else cell end, {literal(_BLANKS)})"
    columns = ", ".join(f"texts[{place}] as c_{name}" for place, name in enumerate(names, 1))
    count = f"'row: ' || len(cells) || ' fields instead of {len(names)}'"
    return f"""
with lines as (
  select raw, {has_quote} as quoted
  from {LINES.format(path=literal(str(plain)), skip=dialect.skip)}
  where instr(raw, {delimiter}) > 0 or trim(raw, {blanks}) <> ''
), lists as (
  select raw, quoted,
    case when quoted then regexp_extract_all({delimiter} || raw, {field_pattern}, 0)
    else string_split(raw, {delimiter}) end as cells
  from lines
), trimmed as (
  select raw, quoted, cells, {_each(cell, "cells")} as inner_cells from lists
), read as (
  select raw, quoted, cells, {_each(_text(quote), "inner_cells")} as texts from trimmed
)
select {columns},
  case when quoted and array_to_string(cells, '') <> {delimiter} || raw
    then '{QUOTES}' when len(cells) <> {len(names)} then {count} end as fault
from read"""


def _each(expression: str, cells: str) -> str:
    return f"list_transform({cells}, lambda cell: {expression})"


def _text(quote: str) -> str:
    """Return the text of a cell: without its quotes, null where it is empty."""
    text, mark, twice = "cell", literal(quote), literal(quote * 2)
    if quote:
        bare = f"replace(substr(cell, 2, length(cell) - 2), {twice}, {mark})"
        enclosed = f"quoted and starts_with(cell, {mark})"
        text = f"case when {enclosed} then trim({bare}, {literal(_BLANKS)}) else cell end"
    return f"nullif(replace({text}, {literal(NEWLINE)}, chr(10)), '')"


def _field(delimiter: str, quote: str) -> str:
    """Return the pattern of a field with the delimiter before it; no match is ever empty."""
    escaped = delimiter if delimiter in ",;\t " else f"\\{delimiter}"
    blanks = _BLANKS.replace(delimiter, "")
    enclosed = f"{quote}[^{quote}]*(?:{quote}{quote}[^{quote}]*)*{quote}[{blanks}]*"
    bare = f"[^{escaped}{quote}{blanks}][^{escaped}]*"
    return f"{escaped}[{blanks}]*(?:{enclosed}|{bare})?"
