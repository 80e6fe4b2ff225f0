"""What the DuckDB engine makes of one raw object, with the plan and the batches of a test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from etl.answers import read_answers
from etl.batches import BATCH_BYTES
from etl.engines.duckdb import DuckdbEngine
from etl.machine import Machine
from etl.plan import make_plan
from etl.request import parse_request
from etl.storage import FolderStorage
from etl.summary import merge_all

if TYPE_CHECKING:
    from etl.engines import Done
    from etl.layout import Layout
    from etl.summary import Summary
    from tests.functional.etl.lake import Lake


def work(
    lake: Lake,
    layout: Layout,
    *,
    quick: bool = True,
    careful: bool = True,
    batch_bytes: int = BATCH_BYTES,
    processors: int = 1,
) -> tuple[Summary, dict[str, bytes]]:
    """Return what comes of a lake's first object, in answers and in files.

    Without the quick way, or without the careful one: then no line may need it.
    """
    request = parse_request(lake.read_request(), "request")
    source = request.sources[0]
    plan = make_plan(request, source, layout)
    if not quick:
        plan = replace(plan, quick_rows=None)
    if not careful:
        plan = replace(plan, rows="there is no careful way")
    found: list[Summary] = []

    def on_batch(done: Done) -> None:
        found.append(read_answers(done.answers, request.contract, source.key, done.records))

    machine = Machine(processors, memory=1 << 32)
    with DuckdbEngine(FolderStorage(lake.root), machine, batch_bytes) as engine:
        if plan.raw_columns:
            engine.footer(source)  # as the job does, which asks for the layout
        engine.work(source, plan, on_batch)
    return merge_all(found, request.contract), lake.objects()
