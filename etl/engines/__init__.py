"""The engines that run the ETL's SQL. Each reads, computes and writes; none decides anything."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from etl.manifest import File
    from etl.request import Source
    from etl.settings import EngineChoice
    from etl.storage import Storage


class Engine(Protocol):
    """What the job asks of an engine. A context manager: leaving it frees what it holds."""

    name: str

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def load(self, sources: Sequence[Source]) -> None:
        """Make the table `lines(object, record, raw)`: every line of every source, numbered."""
        ...

    def head(self, source: Source, size: int) -> str:
        """Return the beginning of a loaded source as plain text."""
        ...

    def compute(self, query: str) -> None:
        """Make the table `rows` from a query, once for all that is asked of it."""
        ...

    def fetch(self, query: str) -> Sequence[Mapping[str, Any]]:
        """Return a small answer."""
        ...

    def write(self, query: str, bucket: str, prefix: str, files: int) -> list[File]:
        """Write the column `line`, ordered by object and record, as text files under a prefix."""
        ...

    def confirm(self, sources: Sequence[Source]) -> None:
        """Refuse sources that moved while they were read."""
        ...


def open_engine(choice: EngineChoice, storage: Storage) -> Engine:
    """Return the engine of the stack's choice: `auto` is DuckDB where the runtime has it."""
    if choice == "duckdb" or (choice == "auto" and importlib.util.find_spec("duckdb")):
        from etl.engines.duckdb import DuckdbEngine

        return DuckdbEngine(storage)
    from etl.engines.spark import SparkEngine

    return SparkEngine(storage)
