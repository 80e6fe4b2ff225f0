"""DuckDB: one machine. A raw object streams through it, batch by batch.

A thread reads ahead, as many workers as there are processors turn a batch each into rows, answers
and lines, and finished files are uploaded behind. Each worker has a database of its own with one
thread: nothing is shared, nothing is waited for, and memory depends on no object's size.
"""
# ruff: noqa: S608 - every text in a statement went through `dialect.literal`

from __future__ import annotations

import logging
import queue
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import duckdb

from etl.batches import BATCH_BYTES, MARKS, cut
from etl.contract import DESTINATIONS
from etl.dialect import literal
from etl.engines import Done, duckdb_parquet
from etl.engines.duckdb_parquet import RowRange, row_ranges
from etl.errors import CountError, EngineError
from etl.line_ends import MASK
from etl.machine import MEBIBYTE, this_machine
from etl.outputs import Outputs
from etl.pipeline import in_order, read_ahead
from etl.quick import flag
from etl.raw import raw_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from etl.batches import Batch
    from etl.contract import Destination
    from etl.engines import Answers
    from etl.files import File
    from etl.machine import Machine
    from etl.parquet_layout import Footer
    from etl.plan import Output, Plan
    from etl.request import Source
    from etl.storage import Storage

LOG = logging.getLogger("etl")

FUNCTIONS: Final = (
    "create macro array_size(items) as len(items)",
    "create macro array_join(items, separator) as array_to_string(items, separator)",
    "create macro try_element_at(items, place) as list_extract(items, place)",
    "create macro conv(digits, of_base, to_base) as ('0x' || digits)::ubigint",
    "create macro regexp_like(characters, pattern) as regexp_matches(characters, pattern)",
    "create macro unix_date(of_day) as (of_day - date '1970-01-01')",
    "create macro get_json_object(document, path) as json_extract_string(document, path)",
    "create macro date_from_unix_date(days) as (date '1970-01-01' + days)",
    "create macro pmod(number, divisor) as (((number % divisor) + divisor) % divisor)",
    "create macro split(characters, pattern, most) as string_split(characters, right(pattern, 1))",
)
"""Spark's functions by Spark's names: `conv` for hexadecimal digits, `split` at one character."""

_WHOLE_LINE: Final = (
    "auto_detect=false, header=false, quote='', escape='', strict_mode=false,"
    " columns={'raw': 'VARCHAR'}"
)
"""Makes the CSV reader a reader of lines, with a delimiter that the text does not have."""

_OTHERS: Final = "select record, line as raw from rows where destination is null"

_LINES_ALONE: Final = "format csv, header false, quote '', escape '', delimiter '\x1f'"

_PARQUET: Final = "format parquet, compression zstd"

_WORKER_BYTES: Final = 256 * MEBIBYTE
"""What a worker may hold: enough for a batch of any columns, or else it uses the disk."""

_READ_AHEAD: Final = 2
"""Batches that wait on disk for a worker."""


class DuckdbEngine:
    """Runs the ETL's SQL in this process."""

    def __init__(
        self, storage: Storage, machine: Machine | None = None, batch_bytes: int = BATCH_BYTES
    ) -> None:
        found = machine or this_machine()
        self._storage = storage
        self._batch_bytes = batch_bytes
        self._copies: dict[Source, Path] = {}
        self._scratch = tempfile.TemporaryDirectory(prefix="etl-")
        self._workers = max(1, min(found.processors, found.memory // 2 // _WORKER_BYTES))
        self._pool = ThreadPoolExecutor(self._workers, "etl-worker")
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for _ in range(self._workers):
            self._idle.put(_Worker(Path(self._scratch.name)))
        LOG.info(
            "on DuckDB, %d workers of %d MiB each, on %s",
            self._workers,
            _WORKER_BYTES // MEBIBYTE,
            found,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().close()
        self._scratch.cleanup()

    def work(
        self, source: Source, plan: Plan, on_batch: Callable[[Done], None]
    ) -> Mapping[Destination, Sequence[File]]:
        """Do what the plan says with every line of a raw object, in the version that is named."""
        try:
            files = self._work(source, plan, on_batch)
        except EngineError:
            if source in self._copies:
                duckdb_parquet.confirm_readable(self._copies[source], source.key)
            raise
        if source in self._copies:
            self._copies[source].unlink()
        return files

    def _work(
        self, source: Source, plan: Plan, on_batch: Callable[[Done], None]
    ) -> Mapping[Destination, Sequence[File]]:
        folder = Path(self._scratch.name)
        with (
            read_ahead(self._batches(source, plan), _READ_AHEAD) as batches,
            Outputs(self._storage, plan, folder) as outputs,
        ):
            work = in_order(
                self._pool, lambda batch: self._one(batch, plan), batches, self._workers + 1
            )
            for done, pieces in work:
                on_batch(done)
                outputs.add(pieces)
            return outputs.finish()

    def footer(self, source: Source) -> Footer:
        """Return what a Parquet file says of itself; its copy is kept until it was worked on."""
        path = Path(self._scratch.name) / f"copy-{len(self._copies):06d}"
        duckdb_parquet.copy(source, self._storage, path)
        self._copies[source] = path
        return duckdb_parquet.read_footer(path, source.key)

    def _batches(self, source: Source, plan: Plan) -> Iterator[Batch | RowRange]:
        if not plan.raw_columns:
            text = raw_text(source, self._storage, plan.format)
            yield from cut(text, Path(self._scratch.name), source.key, self._batch_bytes)
            return
        path = self._copies[source]
        yield from row_ranges(path, source, plan.raw_columns, self._batch_bytes)

    def _one(self, batch: Batch | RowRange, plan: Plan) -> tuple[Done, Mapping[Destination, Path]]:
        worker = self._idle.get()
        try:
            return worker.work(batch, plan)
        finally:
            self._idle.put(worker)
            batch.path.unlink(missing_ok=True)


class _Worker:
    """One database with one thread, which holds one batch at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database: duckdb.DuckDBPyConnection | None = None

    def close(self) -> None:
        """Free what the database holds."""
        if self._database is not None:
            self._database.close()

    def work(self, batch: Batch | RowRange, plan: Plan) -> tuple[Done, Mapping[Destination, Path]]:
        """Turn a batch into answers, and files with the lines of each destination that has any."""
        self._make_rows(batch, plan)
        records = batch.lines - self._skipped(batch, plan)
        answers = {name: self._fetch(query) for name, query in plan.questions.items()}
        paths: dict[Destination, Path] = {
            name: batch.path.with_suffix(f".{name}") for name in plan.outputs
        }
        written: dict[Destination, int] = {
            name: self._write(plan.outputs[name], path) for name, path in paths.items()
        }
        _compare(written, answers)
        self._run("drop table rows")
        pieces: dict[Destination, Path] = {
            name: path for name, path in paths.items() if written[name]
        }
        return Done(answers, records, batch.size), pieces

    def _make_rows(self, batch: Batch | RowRange, plan: Plan) -> None:
        self._run(f"create or replace temp view lines as {_lines(batch)}")
        self._run(f"create or replace temp table rows as {plan.quick_rows or plan.rows}")
        if plan.quick_rows:
            self._add_rows_that_are_not_easy(batch, plan)

    def _skipped(self, batch: Batch | RowRange, plan: Plan) -> int:
        """Count the lines that are no records: the header, what is before it, and blank ones.

        An easy line is none of them. How many lines there were the reader of the object counted:
        DuckDB's leaves out what it cannot read, and that would be missed.
        """
        if isinstance(batch, RowRange):
            return 0
        header = min(max(plan.header_record - batch.first_record + 1, 0), batch.lines)
        table = "others" if plan.quick_rows else "lines"
        found = self._fetch(
            f"select count(*) - count(case when {plan.is_record} then 1 end) as blank"
            f" from {table} where record > {plan.header_record}"
        )
        return header + int(found[0]["blank"])

    def _add_rows_that_are_not_easy(self, batch: Batch | RowRange, plan: Plan) -> None:
        # In a table of their own: few among many, each would be a batch to DuckDB.
        self._run(f"create or replace temp table others as {_OTHERS}")
        if self._fetch("select 1 from others limit 1"):
            left = "from others"
            if isinstance(batch, RowRange):
                left = f"from ({batch.query}) where record in (select record from others)"
            self._run(f"create or replace temp view lines as {left}")
            self._run(f"insert into rows {plan.rows}")

    def _fetch(self, query: str) -> list[dict[str, Any]]:
        answer = self._run(query)
        names = [str(column[0]) for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _write(self, output: Output, path: Path) -> int:
        """Write what a destination gets of the batch; return how many rows it was."""
        columns = ", ".join(f'o_{name} as "{name}"' for name in output.columns) or "line"
        chosen = f"select {columns} from ({output.query}) as chosen order by record"
        form = _PARQUET if output.columns else _LINES_ALONE
        written = self._run(f"copy ({chosen}) to {literal(str(path))} ({form})").fetchone()
        return int(written[0]) if written else 0

    def _run(self, statement: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._opened().execute(statement)
        except duckdb.Error as error:
            raise EngineError(
                str(error),
                where="DuckDB",
                do="mend the line if the message names one; otherwise this is a fault of the ETL",
            ) from error

    def _opened(self) -> duckdb.DuckDBPyConnection:
        """Return the database; there is none before there is work for it."""
        if self._database is None:
            self._database = duckdb.connect(
                config={
                    "threads": 1,
                    "memory_limit": f"{_WORKER_BYTES // MEBIBYTE}MiB",
                    "temp_directory": str(self._folder),
                }
            )
            self._database.execute("set enable_progress_bar = false")
            for statement in FUNCTIONS:
                self._database.execute(statement)
        return self._database


def _compare(written: Mapping[Destination, int], answers: Answers) -> None:
    """Check that as many rows were written as were counted."""
    counted: dict[Destination, int] = dict.fromkeys(DESTINATIONS, 0)
    for answer in answers["sums"]:
        counted[DESTINATIONS[int(answer["destination"])]] = int(answer["row_count"])
    if written != counted:
        raise CountError(
            "rows were written that were not counted, or the opposite",
            where="DuckDB",
            found=f"{dict(written)} in files",
            expected=f"{counted}",
            do="this is a fault of the ETL",
        )


def _lines(batch: Batch | RowRange) -> str:
    if isinstance(batch, RowRange):
        return batch.query
    flags = [f", {str(mark in batch.marks).lower()} as {flag(mark)}" for mark in MARKS]
    raw = "replace(raw, chr(0), chr(10)) as raw" if MASK in batch.marks else "raw"
    return (
        f"select {batch.first_record - 1} + row_number() over () as record, {raw}{''.join(flags)}"
        f" from read_csv({literal(str(batch.path))}, {_WHOLE_LINE},"
        f" delim={literal(batch.separator)})"
    )
