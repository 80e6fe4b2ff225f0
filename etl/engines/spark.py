"""Spark: many machines. Reads raw objects where they lie, in their current version.

It cannot ask for a version, so it looks again when all is read: a raw object that was replaced
meanwhile fails the run before the manifest is written.
"""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any, Final, Self

from etl.dialect import literal
from etl.errors import EngineError, MovedObjectError
from etl.manifest import File
from etl.text import plain_head

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from etl.request import Source
    from etl.storage import Storage

_GLOB: Final = re.compile(r"[\\*?\[\]{}]")
"""What Hadoop would take for a pattern in an object's key."""

_NUMBERED: Final = """
select {key} as object, first_lines.first_record + id - first_lines.first_id as record, raw
from {view} join (
  select block, first_id, sum(lines) over (order by block) - lines + 1 as first_record
  from (select block, min(id) as first_id, count(*) as lines from {view} group by block) as blocks
) as first_lines using (block)"""
"""Line numbers across file splits: `id` counts on within one, which is read front to back."""


class SparkEngine:
    """Runs the ETL's SQL on the session of the Glue job, or on a local one."""

    name = "spark"

    def __init__(self, storage: Storage) -> None:
        # Any: Spark is in Glue's runtime and in its tests' own environment, not in the project's.
        pyspark: Any = importlib.import_module("pyspark.sql")
        errors: Any = importlib.import_module("pyspark.errors")
        self._storage = storage
        self._failure: type[Exception] = errors.PySparkException
        self._session = pyspark.SparkSession.builder.appName("etl").getOrCreate()
        # A category may hold `${x}`, and it means just that.
        self._session.conf.set("spark.sql.variable.substitute", "false")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.stop()

    def load(self, sources: Sequence[Source]) -> None:
        """Make the table `lines`: every line of every source, numbered."""
        self.confirm(sources)
        tables = [self._lines(source, f"read_{number}") for number, source in enumerate(sources)]
        lines = tables[0]
        for table in tables[1:]:
            lines = lines.unionAll(table)
        lines.createOrReplaceTempView("lines")

    def head(self, source: Source, size: int) -> str:
        """Return the beginning of a source as plain text."""
        return plain_head(self._storage.head(source, size), source.key)

    def compute(self, query: str) -> None:
        """Make the table `rows`."""
        self._run(query).persist().createOrReplaceTempView("rows")

    def fetch(self, query: str) -> Sequence[Mapping[str, Any]]:
        """Return a small answer."""
        try:
            return [row.asDict() for row in self._run(query).collect()]
        except self._failure as error:
            raise _engine_error(error) from error

    def write(self, query: str, bucket: str, prefix: str, files: int) -> list[File]:
        """Write text files of neighbouring rows; Spark's own names give way to plain ones."""
        scratch = f"{prefix}spark/"
        ordered = self._run(query).repartitionByRange(files, "object", "record")
        lines = ordered.sortWithinPartitions("object", "record").select("line")
        try:
            lines.write.mode("overwrite").text(self._storage.uri(bucket, scratch), lineSep="\n")
        except self._failure as error:
            raise _engine_error(error) from error
        keys = [f"{prefix}part-{number:05d}.csv" for number in range(files)]
        sizes = self._storage.adopt(bucket, scratch, keys)
        return [File(key, size) for key, size in zip(keys, sizes, strict=False)]

    def confirm(self, sources: Sequence[Source]) -> None:
        """Refuse sources whose current version isn't the one that the request names."""
        for source in sources:
            current = self._storage.current_version(source)
            if current != source.version_id:
                raise MovedObjectError(
                    "was replaced, and Spark reads the current version alone",
                    where=self._storage.uri(source.bucket, source.key),
                    found=f"version {current}",
                    expected=f"version {source.version_id}",
                    do="start a new run: it takes what is current",
                )

    def _lines(self, source: Source, view: str) -> Any:  # noqa: ANN401 - a Spark DataFrame
        uri = self._storage.uri(source.bucket, source.key)
        read = self._session.read.text(_GLOB.sub(r"\\\g<0>", uri)).selectExpr(
            "value as raw",
            "_metadata.file_block_start as block",
            "monotonically_increasing_id() as id",
        )
        read.persist().createOrReplaceTempView(view)
        return self._run(_NUMBERED.format(key=literal(source.key), view=view))

    def _run(self, query: str) -> Any:  # noqa: ANN401 - a Spark DataFrame
        try:
            return self._session.sql(query)
        except self._failure as error:
            raise _engine_error(error) from error


def _engine_error(error: Exception) -> EngineError:
    return EngineError(
        str(error), where="Spark", do="see the job's log; this is a fault of the ETL"
    )
