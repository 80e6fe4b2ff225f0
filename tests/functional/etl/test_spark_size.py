"""A million rows on local Spark: the rows of DuckDB, in bounded pieces, none through the driver.

Spark's event log tells what was run. A limit on what all tasks of a query may send to the driver is
far below the data, so that collecting rows would fail.
"""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING

import pytest

from tests.functional.etl.lake import WINE_CONTRACT, Lake
from tests.functional.etl.spark_events import (
    Event,
    Node,
    most,
    plans,
    read_events,
    tasks_of_the_widest_stage,
)
from tests.functional.etl.test_spark import PYTHON, WINE_HEADER, run_spark, twin_of

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.timeout(900)
"""Seconds for a test, its Spark and the million rows included."""

MEBIBYTE = 1024 * 1024
ROWS = 1_000_000
DIRTY = 20_000
SPLIT_BYTES = 4 * MEBIBYTE
FILE_BYTES = 4 * MEBIBYTE
DESTINATIONS = ("train", "validation", "test", "quarantine")

FEW = frozenset({"HashAggregate", "WindowGroupLimit", "Window"})
"""What hands on counts, or the few rows that are shown as examples."""

PROGRAM = f"""
import sys
from etl.engines.spark import SparkEngine
from etl.job import run
from etl.settings import Settings

def open_engine(choice, storage, new, limit):
    return SparkEngine(storage, file_bytes={FILE_BYTES})

run(Settings(sys.argv[1], "spark"), open_engine=open_engine)
"""

SUBMIT = f"""
--master local[2] --driver-memory 2g
--driver-java-options -XX:TieredStopAtLevel=1
--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=4
--conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1
--conf spark.sql.files.maxPartitionBytes={SPLIT_BYTES} --conf spark.sql.files.openCostInBytes=0
--conf spark.driver.maxResultSize=1m --conf spark.eventLog.enabled=true
pyspark-shell
"""


def wine_lines(rows: int) -> str:
    """Return sound lines, no two alike."""
    return "".join(
        f"red;{row % 11};{row / 1000:.3f};{'{y}' if row % 3 else ''}\n" for row in range(rows)
    )


@pytest.fixture(scope="module")
def lake(
    tmp_path_factory: pytest.TempPathFactory, dirty: Callable[[int, int], str]
) -> tuple[Lake, Lake, list[Event]]:
    """Return a lake that Spark worked on, its twin for DuckDB, and what Spark did."""
    if not PYTHON.exists():
        pytest.skip(f"{PYTHON} is missing: `make spark-env` makes it (300 MB of downloads)")
    root = tmp_path_factory.mktemp("spark-size")
    spark = Lake(root / "spark", copy.deepcopy(WINE_CONTRACT))
    spark.put("a.csv", WINE_HEADER + wine_lines(ROWS - DIRTY) + dirty(3, DIRTY))
    duckdb = twin_of(spark, root / "duckdb")
    events = root / "events"
    events.mkdir()
    submit = SUBMIT.replace(
        "pyspark-shell", f"--conf spark.eventLog.dir={events.as_uri()} pyspark-shell"
    )
    run_spark([spark.request()], root, submit, PROGRAM)
    return spark, duckdb, read_events(events)


def nodes(events: list[Event], name: str) -> list[Node]:
    return [node for plan in plans(events) for node in plan.all() if node.name == name]


def test_a_million_rows_are_those_of_duckdb(lake: tuple[Lake, Lake, list[Event]]) -> None:
    spark, duckdb, _ = lake

    duckdb.run()

    found, expected = spark.manifest(), duckdb.manifest()
    assert 0.99 * ROWS < found["rows"]["read"] <= ROWS  # some dirty lines are blank
    for manifest in (found, expected):
        del manifest["parts"]
    assert found == expected
    for destination in DESTINATIONS:
        assert spark.lines(destination) == duckdb.lines(destination)


def test_no_row_passes_through_python(lake: tuple[Lake, Lake, list[Event]]) -> None:
    names = {node.name for plan in plans(lake[2]) for node in plan.all()}

    assert "InMemoryTableScan" in names
    assert not [name for name in names if "Python" in name or "Pandas" in name or "Arrow" in name]


def test_one_partition_gets_counts_alone_and_rows_are_never_coalesced(
    lake: tuple[Lake, Lake, list[Event]],
) -> None:
    single = [node for node in nodes(lake[2], "Exchange") if "SinglePartition" in node.text]

    assert single
    assert {node.source.name for node in single} == {"HashAggregate"}
    assert nodes(lake[2], "Coalesce") == []


def test_rows_move_between_machines_only_to_be_written_in_order(
    lake: tuple[Lake, Lake, list[Event]],
) -> None:
    moved = [node.text for node in nodes(lake[2], "Exchange") if node.source.name not in FEW]

    assert moved
    assert [text for text in moved if not text.startswith("Exchange rangepartitioning(rec")] == []


def test_what_a_task_reads_and_writes_is_bounded(lake: tuple[Lake, Lake, list[Event]]) -> None:
    spark, _, events = lake
    size = spark.sources[0]["size"]

    assert tasks_of_the_widest_stage(events) >= math.ceil(size / SPLIT_BYTES)
    assert most(events, "Output Metrics", "Bytes Written") <= 1.5 * FILE_BYTES
    (part,) = spark.parts()
    assert len(part["files"]["train"]) == math.ceil(size / FILE_BYTES)
