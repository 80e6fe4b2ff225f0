"""Spark: many machines. Reads raw objects where they lie, in their current version.

It cannot ask for a version, so it looks again when all is read: a raw object that was replaced
meanwhile fails the run before the manifest is written.
"""

from __future__ import annotations

import importlib
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from etl.batches import cut
from etl.contract import DESTINATIONS
from etl.dialect import literal
from etl.engines import Done, lines, spark_parquet
from etl.errors import EngineError, MovedObjectError, RecordFormatError
from etl.files import File
from etl.outputs import FILE_BYTES
from etl.raw import raw_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from etl.contract import Destination
    from etl.parquet_layout import Footer
    from etl.plan import Output, Plan
    from etl.request import Source
    from etl.storage import Storage

_GLOB: Final = re.compile(r"[\\*?\[\]{}]")
"""What Hadoop would take for a pattern in an object's key."""


class SparkEngine:
    """Runs the ETL's SQL on the session of the Glue job, or on a local one."""

    def __init__(self, storage: Storage, file_bytes: int = FILE_BYTES) -> None:
        # Any: Spark is in Glue's runtime and in its tests' own environment, not in the project's.
        pyspark: Any = importlib.import_module("pyspark.sql")
        errors: Any = importlib.import_module("pyspark.errors")
        protocol: Any = importlib.import_module("py4j.protocol")
        self._storage = storage
        self._file_bytes = file_bytes
        self._failures: tuple[type[Exception], ...] = (
            errors.PySparkException,
            protocol.Py4JJavaError,
        )
        self._session = pyspark.SparkSession.builder.appName("etl").getOrCreate()
        # A category may hold `${x}`, and it means just that.
        self._session.conf.set("spark.sql.variable.substitute", "false")
        for name, value in spark_parquet.SETTINGS.items():
            self._session.conf.set(name, value)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.stop()

    def footer(self, source: Source) -> Footer:
        """Return what a Parquet file says of itself."""
        try:
            uri = self._storage.uri(source.bucket, source.key)
            return spark_parquet.read_footer(self._session, uri)
        except self._failures as error:
            raise RecordFormatError(
                "this Parquet file cannot be read",
                where=source.key,
                found=str(error),
                do="write it again, and upload it whole",
            ) from error

    def work(
        self, source: Source, plan: Plan, on_batch: Callable[[Done], None]
    ) -> Mapping[Destination, Sequence[File]]:
        """Do what the plan says with every line of a raw object: it is one batch."""
        self._confirm(source)
        if plan.raw_columns:
            read = self._read_parquet(source, plan)
            size, records = source.size, read.count()
        else:
            read = self._read(source, plan)
            size, records = self._judge(source, plan)
        rows = self._run(plan.rows).persist()
        rows.createOrReplaceTempView("rows")
        answers = {name: self._fetch(query) for name, query in plan.questions.items()}
        on_batch(Done(answers, records, size))
        there = {DESTINATIONS[int(answer["destination"])] for answer in answers["sums"]}
        files: dict[Destination, Sequence[File]] = {
            name: self._write(output, name, plan, 1 + size // self._file_bytes)
            if name in there
            else []
            for name, output in plan.outputs.items()
        }
        rows.unpersist()
        read.unpersist()
        self._confirm(source)
        return files

    def _judge(self, source: Source, plan: Plan) -> tuple[int, int]:
        """Return the text's bytes and records; refuse what DuckDB refuses, by the same words."""
        try:
            (found,) = self._fetch(lines.judged(plan.is_record))
        except EngineError:
            self._name_the_fault(source, plan)
            raise
        if found["refused"]:
            self._name_the_fault(source, plan)
            raise EngineError(
                "text is refused here that is sound elsewhere",
                where=source.key,
                do="this is a fault of the ETL",
            )
        return int(found["size"]), int(found["records"]) - (plan.header_record > 0)

    def _name_the_fault(self, source: Source, plan: Plan) -> None:
        """Raise what is wrong with an object: it is read again here, until there is a fault."""
        text = raw_text(source, self._storage, plan.format)
        with tempfile.TemporaryDirectory(prefix="etl-") as folder:
            for batch in cut(text, Path(folder), source.key):
                batch.path.unlink()

    def _confirm(self, source: Source) -> None:
        """Refuse a source whose current version isn't the one that the request names."""
        current = self._storage.current_version(source)
        if current != source.version_id:
            raise MovedObjectError(
                "was replaced, and Spark reads the current version alone",
                where=self._storage.uri(source.bucket, source.key),
                found=f"version {current}" if current else "nothing: it was deleted",
                expected=f"version {source.version_id}",
                do="start a new run: it takes what is current",
            )

    def _read(self, source: Source, plan: Plan) -> Any:  # noqa: ANN401 - a Spark DataFrame
        """Make the view `lines`, and return the table that it reads."""
        path, form = self._reader_uri(source), plan.format
        text = self._session.read.text(path, wholetext=form.quoted_newlines)
        if form.quoted_newlines:
            files, records = lines.records_of_text(form)
            many = self._session.sparkContext.defaultParallelism
            read = text.selectExpr(*files).selectExpr(*records).repartition(many)
        else:
            read = text.selectExpr(*lines.lines_of_text(form))
        read.persist().createOrReplaceTempView("read")
        self._run(lines.NUMBERED).createOrReplaceTempView("lines")
        return read

    def _read_parquet(self, source: Source, plan: Plan) -> Any:  # noqa: ANN401 - a Spark DataFrame
        """Make the view `lines`, and return it."""
        read = self._session.read.parquet(self._reader_uri(source))
        chosen = read.selectExpr(*spark_parquet.expressions(read.dtypes, plan.raw_columns))
        chosen.createOrReplaceTempView("lines")
        return chosen

    def _reader_uri(self, source: Source) -> str:
        return _GLOB.sub(r"\\\g<0>", self._storage.uri(source.bucket, source.key))

    def _fetch(self, query: str) -> list[dict[str, Any]]:
        try:
            return [row.asDict() for row in self._run(query).collect()]
        except self._failures as error:
            raise _engine_error(error) from error

    def _write(self, output: Output, name: Destination, plan: Plan, files: int) -> list[File]:
        """Write files of neighbouring rows; Spark's own names give way to plain ones."""
        prefix = f"{plan.prefix}{name}/"
        scratch = f"{prefix}spark/"
        chosen = self._run(output.query)
        if output.header:
            first = f"select cast(0 as bigint) as record, {literal(output.header)} as line"
            chosen = self._run(first).unionAll(chosen)
        ordered = chosen.repartitionByRange(files, "record").sortWithinPartitions("record")
        try:
            uri = self._storage.uri(plan.bucket, scratch)
            if output.columns:
                renamed = ordered.selectExpr(*(f"o_{one} as `{one}`" for one in output.columns))
                renamed.write.mode("overwrite").parquet(uri, compression="zstd")
            else:
                ordered.select("line").write.mode("overwrite").text(uri, lineSep="\n")
        except self._failures as error:
            raise _engine_error(error) from error
        keys = [f"{prefix}part-{number:05d}.{output.suffix}" for number in range(files)]
        sizes = self._storage.adopt(plan.bucket, scratch, keys)
        return [File(key, size) for key, size in zip(keys, sizes, strict=False)]

    def _run(self, query: str) -> Any:  # noqa: ANN401 - a Spark DataFrame
        try:
            return self._session.sql(query)
        except self._failures as error:
            raise _engine_error(error) from error


def _engine_error(error: Exception) -> EngineError:
    return EngineError(
        str(error), where="Spark", do="see the job's log; this is a fault of the ETL"
    )
