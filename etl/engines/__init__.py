"""The engines that run the ETL's SQL. Each reads, computes and writes; none decides anything."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from etl.contract import Destination
    from etl.files import File
    from etl.plan import Plan
    from etl.request import Source
    from etl.settings import EngineChoice
    from etl.storage import Storage

Answers = dict[str, list[dict[str, Any]]]
"""The answers of one batch: rows by column, by the question's name."""


@dataclass(frozen=True)
class Done:
    """A batch that was worked on."""

    answers: Answers
    bytes: int


class Engine(Protocol):
    """What the job asks of an engine. A context manager: leaving it frees what it holds."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def work(
        self, source: Source, plan: Plan, on_batch: Callable[[Done], None]
    ) -> Mapping[Destination, Sequence[File]]:
        """Do what the plan says with every line of a raw object, in the version that is named.

        Returns the files that were written for each destination; none for one without rows.

        Raises:
            MovedObjectError: the object was replaced while it was read.
        """
        ...


def open_engine(choice: EngineChoice, storage: Storage) -> Engine:
    """Return the engine of the stack's choice: `auto` is DuckDB where the runtime has it."""
    if choice == "duckdb" or (choice == "auto" and importlib.util.find_spec("duckdb")):
        from etl.engines.duckdb import DuckdbEngine

        return DuckdbEngine(storage)
    from etl.engines.spark import SparkEngine

    return SparkEngine(storage)
