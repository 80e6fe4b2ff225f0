"""The engines that run the ETL's SQL. Each reads, computes and writes; none decides anything."""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from etl.contract import Destination
    from etl.files import File
    from etl.parquet_layout import Footer
    from etl.plan import Plan
    from etl.request import Source
    from etl.settings import EngineChoice
    from etl.storage import Storage

LOG = logging.getLogger("etl")

MEGABYTE: Final = 1_000_000
GIGABYTE: Final = 1_000 * MEGABYTE

Name = Literal["duckdb", "spark"]

_SMALL: Final[tuple[Name, str, Name]] = "duckdb", "duckdb", "spark"
_LARGE: Final[tuple[Name, str, Name]] = "spark", "pyspark", "duckdb"
"""The engine, the module that it needs, and the engine where that is missing."""

Answers = dict[str, list[dict[str, Any]]]
"""The answers of one batch: rows by column, by the question's name."""


@dataclass(frozen=True)
class Done:
    """A batch that was worked on."""

    answers: Answers
    records: int
    """That were read: lines less blank ones and the header."""

    bytes: int


class Engine(Protocol):
    """What the job asks of an engine. A context manager: leaving it frees what it holds."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def footer(self, source: Source) -> Footer:
        """Return what a Parquet file says of itself.

        Raises:
            RecordFormatError: it cannot be read.
        """
        ...

    def work(
        self, source: Source, plan: Plan, on_batch: Callable[[Done], None]
    ) -> Mapping[Destination, Sequence[File]]:
        """Do what the plan says with every line of a raw object, in the version that is named.

        Returns the files that were written for each destination; none for one without rows.

        Raises:
            MovedObjectError: the object was replaced while it was read.
        """
        ...


def open_engine(choice: EngineChoice, storage: Storage, new: int, limit: int) -> Engine:
    """Return the engine for so many new raw bytes; the log says which, and why."""
    name, why = choose(choice, new, limit, _is_installed)
    LOG.info("engine: %s (%s)", name, why)
    if name == "duckdb":
        from etl.engines.duckdb import DuckdbEngine

        return DuckdbEngine(storage)
    from etl.engines.spark import SparkEngine

    return SparkEngine(storage)


def choose(
    choice: EngineChoice, new: int, limit: int, is_installed: Callable[[str], bool]
) -> tuple[Name, str]:
    """Return which engine makes the new parts, and why.

    `auto` goes by the bytes of what is new, which is what costs, and which Spark can divide: other
    files are one task's work there, and DuckDB streams them, whatever their size.
    An engine that the runtime does not have is not taken, whatever the size.
    """
    if choice != "auto":
        return choice, "as the stack's setting says"
    found = (
        f"{new / MEGABYTE:,.1f} MB are new and can be divided,"
        f" DuckDB takes up to {limit / GIGABYTE:g} GB"
    )
    wanted, module, other = _SMALL if new <= limit else _LARGE
    if is_installed(module):
        return wanted, found
    return other, f"{found}, but {module} is not installed here"


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
