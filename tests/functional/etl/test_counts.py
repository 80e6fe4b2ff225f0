"""What is read, placed and written is counted apart, and no part is made of what differs."""

# ruff: noqa: S608 - queries of the ETL's own

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from etl.engines import duckdb
from etl.errors import CountError
from etl.job import run
from etl.plan import Output
from etl.settings import Settings
from tests.functional.etl.lake import WINE_CONTRACT, Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from etl.contract import Destination
    from etl.engines import Done
    from etl.files import File
    from etl.plan import Plan
    from etl.request import Source
    from etl.storage import Storage

    Change = Callable[[Plan], Plan]

TEXT = "\ncolour;quality;free_so2;select\nred;7;;\n\n \t\nred;8;1;\nred;9;x;\n" + "".join(
    f"red;1;{row};\n" for row in range(40)
)
ROWS = 43


class Changed(duckdb.DuckdbEngine):
    """An engine that does something else than the plan says."""

    change: Change

    def work(
        self, source: Source, plan: Plan, on_batch: Callable[[Done], None]
    ) -> Mapping[Destination, Sequence[File]]:
        """Do it."""
        return super().work(source, self.change(plan), on_batch)


def run_changed(lake: Lake, change: Change) -> None:
    """Run the job on an engine whose plans are changed."""

    def opened(_choice: object, storage: Storage, _new: object, _limit: object) -> Changed:
        engine = Changed(storage)
        engine.change = change
        return engine

    run(Settings(lake.request(), "duckdb"), open_engine=opened)


def lossy(plan: Plan) -> Plan:
    """Let the query leave out a row, on the long way."""
    return replace(
        plan, quick_rows=None, rows=f"select * from ({plan.rows}) as r where record <> 9"
    )


def lossy_quick(plan: Plan) -> Plan:
    """Let the query leave out a row, on the short way."""
    kept = f"select * from ({plan.quick_rows}) as r where record <> 9"
    return replace(plan, quick_rows=kept)


def doubling(plan: Plan) -> Plan:
    """Let the query find each row twice."""
    twice = f"select * from ({plan.rows}) as r union all select * from ({plan.rows}) as s"
    return replace(plan, quick_rows=None, rows=twice)


def half_written(plan: Plan) -> Plan:
    """Let fewer rows be written than are counted."""
    query = f"{plan.outputs['train'].query} limit 1"
    return replace(plan, outputs={**plan.outputs, "train": Output(query)})


@pytest.mark.parametrize("change", [lossy, lossy_quick, doubling, half_written])
def test_rows_that_are_lost_or_doubled_make_no_part(tmp_path: Path, change: Change) -> None:
    lake = Lake(tmp_path, copy.deepcopy(WINE_CONTRACT)).put("a.csv", TEXT)

    with pytest.raises(CountError, match="this is a fault of the ETL"):
        run_changed(lake, change)

    assert lake.parts() == []


@pytest.mark.parametrize("batch_bytes", [10, 40, 1000])
def test_headers_and_blank_lines_are_no_records(tmp_path: Path, batch_bytes: int) -> None:
    lake = Lake(tmp_path, copy.deepcopy(WINE_CONTRACT)).put("a.csv", TEXT)

    def opened(
        _choice: object, storage: Storage, _new: object, _limit: object
    ) -> duckdb.DuckdbEngine:
        return duckdb.DuckdbEngine(storage, batch_bytes=batch_bytes)

    run(Settings(lake.request(), "duckdb"), open_engine=opened)

    assert lake.manifest()["rows"]["read"] == ROWS
