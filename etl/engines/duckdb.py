"""DuckDB: one machine. Raw objects are read by version into a scratch folder."""
# ruff: noqa: S608 - every text in a statement went through `dialect.literal`

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import duckdb

from etl.dialect import literal
from etl.errors import EngineError
from etl.manifest import File
from etl.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from etl.request import Source
    from etl.storage import Storage

_SPARK_FUNCTIONS: Final = (
    "create macro array_size(items) as len(items)",
    "create macro array_join(items, separator) as array_to_string(items, separator)",
    "create macro try_element_at(items, place) as list_extract(items, place)",
    "create macro conv(digits, of_base, to_base) as cast(('0x' || digits)::ubigint as varchar)",
)
"""Spark's functions by Spark's names; `conv` for hexadecimal digits alone."""

_WHOLE_LINE: Final = (
    "auto_detect=false, header=false, quote='', escape='', strict_mode=false,"
    " delim='\x1f\x1e\x1f\x1e', columns={'raw': 'VARCHAR'}"
)
"""Makes the CSV reader a reader of lines: a delimiter that no text holds, and no quotes."""


class DuckdbEngine:
    """Runs the ETL's SQL in this process."""

    name = "duckdb"

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._scratch = tempfile.TemporaryDirectory(prefix="etl-")
        self._connection = duckdb.connect()
        for statement in _SPARK_FUNCTIONS:
            self._connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._scratch.cleanup()

    def load(self, sources: Sequence[Source]) -> None:
        """Make the table `lines`: every line of every source, numbered."""
        for source in sources:
            self._download(source)
        selects = " union all ".join(self._lines(source) for source in sources)
        self._run(f"create view lines as {selects}")

    def head(self, source: Source, size: int) -> str:
        """Return the beginning of a loaded source as plain text."""
        with self._path(source).open("rb") as stream:
            return stream.read(size).decode(errors="ignore")

    def compute(self, query: str) -> None:
        """Make the table `rows`."""
        self._run(f"create table rows as {query}")

    def fetch(self, query: str) -> Sequence[Mapping[str, Any]]:
        """Return a small answer."""
        answer = self._run(query)
        names = [str(column[0]) for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def write(self, query: str, bucket: str, prefix: str, files: int) -> list[File]:
        """Write one text file: a single machine needs no more of them, whatever `files` says."""
        del files
        path = Path(self._scratch.name) / "part"
        ordered = f"select line from ({query}) as chosen order by object, record"
        options = "format csv, header false, quote '', escape '', delimiter '\x1f'"
        self._run(f"copy ({ordered}) to {literal(str(path))} ({options})")
        key = f"{prefix}part-00000.csv"
        return [File(key, self._storage.upload(path, bucket, key))]

    def confirm(self, sources: Sequence[Source]) -> None:
        """Do nothing: versions were read, and they don't move."""

    def _download(self, source: Source) -> None:
        with self._path(source).open("wb") as stream:
            stream.writelines(plain_text(self._storage.chunks(source), source.key))

    def _lines(self, source: Source) -> str:
        return (
            f"select {literal(source.key)} as object, row_number() over () as record, raw"
            f" from read_csv({literal(str(self._path(source)))}, {_WHOLE_LINE})"
        )

    def _path(self, source: Source) -> Path:
        """Return a file whose name is plain, whatever characters the key has."""
        return Path(self._scratch.name) / hashlib.sha256(source.key.encode()).hexdigest()

    def _run(self, statement: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(statement)
        except duckdb.Error as error:
            raise EngineError(
                str(error),
                where="DuckDB",
                do="mend the line if the message names one; otherwise this is a fault of the ETL",
            ) from error
