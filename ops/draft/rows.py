"""Cuts the lines of a file into a table of texts, in DuckDB: field for field as the ETL does it."""
# ruff: noqa: S608 - names are ours, texts go through `literal`

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ops.draft.dialect import Dialect
    from ops.draft.source import Source

MEMORY: Final = "1GB"
NEWLINE: Final = "\x1e"
"""What stands for a line feed inside quotes while lines are cut."""

_BLANKS: Final = " \t"
_SEPARATOR: Final = "\x1f"


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


def cut_lines(
    database: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, names: Sequence[str]
) -> Rows:
    """Cut a file of text.

    Raises:
        OpsError: a line is longer than any row, or there are no rows.
    """
    if dialect.quoted_newlines:
        _join_records(source.plain, dialect.quote)
    try:
        database.execute(f"create table cut as {_cut(source, dialect, names)}")
    except duckdb.Error as error:
        raise OpsError(
            "DuckDB cannot read it",
            resource=source.name,
            found=str(error).split("\n", maxsplit=1)[0],
            expected="lines of text, none longer than a million bytes",
            do="export the table again",
        ) from error
    kept = ", ".join(f"c_{name}" for name in names)
    database.execute(f"create view raw as select {kept} from cut where fault is null")
    faults = database.execute("select fault, count(*) from cut group by fault order by fault")
    counts = {fault: int(count) for fault, count in faults.fetchall()}
    return _checked(
        Rows(database, tuple(names), dialect.header or tuple(names), counts.pop(None, 0), counts),
        source.name,
    )


def _join_records(plain: Path, quote: str) -> None:
    """Put another character in the place of line feeds inside quotes: a record is then a line."""
    joined, inside = plain.with_suffix(".joined"), False
    with plain.open(encoding="utf-8", newline="") as text, joined.open("w", newline="") as out:
        while chunk := text.read(1 << 22):
            for number, piece in enumerate(chunk.split(quote)):
                inside = inside != (number > 0)
                out.write(quote * (number > 0))
                out.write(piece.replace("\n", NEWLINE) if inside else piece)
    joined.replace(plain)


def _checked(rows: Rows, file: str) -> Rows:
    if rows.count:
        return rows
    raise OpsError(
        "there are no rows in it",
        resource=file,
        found="a header alone" if not rows.broken else f"broken lines alone: {rows.broken}",
        expected="a file of rows",
        do="export the table again",
    )


def _cut(source: Source, dialect: Dialect, names: Sequence[str]) -> str:
    delimiter, quote = literal(dialect.delimiter), dialect.quote
    blanks = literal(_BLANKS.replace(dialect.delimiter, ""))
    field_pattern = literal(_field(dialect.delimiter, quote)) if quote else "''"
    has_quote = f"instr(raw, {literal(quote)}) > 0" if quote else "false"
    texts = ", ".join(f"{_text(quote, place)} as c_{name}" for place, name in enumerate(names, 1))
    count = f"'row: ' || len(cells) || ' fields instead of {len(names)}'"
    return f"""
with lines as (
  select raw, {has_quote} as quoted
  from read_csv({literal(str(source.plain))}, auto_detect=false, header=false, skip={dialect.skip},
    delim={literal(_SEPARATOR)}, quote='', escape='', strict_mode=false,
    columns={{'raw': 'VARCHAR'}})
  where instr(raw, {delimiter}) > 0 or trim(raw, {blanks}) <> ''
), lists as (
  select raw, quoted,
    case when quoted then regexp_extract_all({delimiter} || raw, {field_pattern}, 0)
    else string_split(raw, {delimiter}) end as cells
  from lines
)
select {texts},
  case when quoted and array_to_string(cells, '') <> {delimiter} || raw
    then 'row: quotes do not match' when len(cells) <> {len(names)} then {count} end as fault
from lists"""


def _text(quote: str, place: int) -> str:
    blanks = literal(_BLANKS)
    if not quote:
        return f"nullif(trim(cells[{place}], {blanks}), '')"
    cell = (
        f"trim(case when quoted then substr(cells[{place}], 2) else cells[{place}] end, {blanks})"
    )
    twice, mark = literal(quote * 2), literal(quote)
    inner = f"trim(replace(substr({cell}, 2, length({cell}) - 2), {twice}, {mark}), {blanks})"
    text = f"case when quoted and starts_with({cell}, {mark}) then {inner} else {cell} end"
    return f"nullif(replace({text}, {literal(NEWLINE)}, chr(10)), '')"


def _field(delimiter: str, quote: str) -> str:
    """Return the pattern of a field with the delimiter before it; no match is ever empty."""
    escaped = delimiter if delimiter in ",;\t " else f"\\{delimiter}"
    blanks = _BLANKS.replace(delimiter, "")
    enclosed = f"{quote}[^{quote}]*(?:{quote}{quote}[^{quote}]*)*{quote}[{blanks}]*"
    bare = f"[^{escaped}{quote}{blanks}][^{escaped}]*"
    return f"{escaped}[{blanks}]*(?:{enclosed}|{bare})?"
