"""What is to be done with one raw object, as texts that an engine runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl import sql
from etl.contract import DESTINATIONS, QUARANTINE
from etl.parts import part_prefix
from etl.questions import questions
from etl.quick import quick_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etl.contract import Destination
    from etl.layout import Layout
    from etl.request import Request, Source


@dataclass(frozen=True)
class Plan:
    """What is to be done with the lines of one raw object, batch by batch."""

    rows: str
    """The query that makes the table `rows` of the batch `lines(record, raw)`."""

    quick_rows: str | None
    """A quicker one, on DuckDB alone: where `destination` is null, `line` is left for the other."""

    questions: Mapping[str, str]
    """Queries on `rows` with small answers, by name."""

    outputs: Mapping[Destination, str]
    """Queries on `rows` for `record` and `line`: what is written for each destination."""

    headers: Mapping[Destination, str]
    """The line that comes first in a destination's first file, where there is one."""

    bucket: str
    prefix: str
    """Where the files go, each destination's in a folder of its own; ends in a slash."""


def make_plan(request: Request, source: Source, layout: Layout) -> Plan:
    """Return what is to be done with a raw object of this layout."""
    contract = request.contract
    return Plan(
        rows=sql.rows(contract, layout),
        quick_rows=quick_rows(contract, layout),
        questions=questions(contract),
        outputs={name: sql.output(name) for name in DESTINATIONS},
        headers={QUARANTINE: sql.QUARANTINE_HEADER},
        bucket=request.artifact_bucket,
        prefix=part_prefix(request, source),
    )
