"""What is to be done with one raw object, as texts that an engine runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from etl import sql
from etl.contract import QUARANTINE, SPLITS
from etl.parts import part_prefix
from etl.questions import questions
from etl.quick_json import quick_json_rows
from etl.quick_parquet import quick_parquet_rows
from etl.quick_quotes import quick_text_rows
from etl.records import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etl.contract import Contract, Destination
    from etl.formats import Format
    from etl.layout import Layout
    from etl.parquet_layout import RawColumn
    from etl.request import Request, Source


@dataclass(frozen=True)
class Output:
    """What is written for one destination."""

    query: str
    """Of `rows`, gives `record` and either `line` or `o_x` for each column x."""

    columns: tuple[str, ...] = ()
    """Of a Parquet file; none if it is text."""

    header: str = ""
    """The line that comes first in the first file of text."""

    @property
    def suffix(self) -> str:
        """How the files' names end."""
        return "parquet" if self.columns else "csv"


@dataclass(frozen=True)
class Plan:
    """What is to be done with the lines of one raw object, batch by batch."""

    format: Format
    """What the object looks like."""

    rows: str
    """The query that makes the table `rows` of the batch `lines`: `record`, and `raw` or `p_x`."""

    quick_rows: str | None
    """A quicker one, on DuckDB alone: where `destination` is null, `line` is left for the other."""

    is_record: str
    """Which lines after the header are records at all: a condition on `raw`."""

    header_record: int
    """Line number of the header, counted from 1; 0 when there is none."""

    questions: Mapping[str, str]
    """Queries on `rows` with small answers, by name."""

    outputs: Mapping[Destination, Output]

    bucket: str
    prefix: str
    """Where the files go, each destination's in a folder of its own; ends in a slash."""

    raw_columns: Mapping[str, RawColumn] = field(default_factory=dict[str, "RawColumn"])
    """What each column is in the object, by the contract's name, where columns have types."""


def make_plan(request: Request, source: Source, layout: Layout) -> Plan:
    """Return what is to be done with a raw object of this layout."""
    contract = request.contract
    return Plan(
        format=contract.format,
        rows=sql.rows(contract, layout),
        quick_rows=_QUICK[contract.format.type](contract, layout),
        is_record=reading(contract, layout).is_record,
        header_record=layout.header_record,
        questions=questions(contract),
        outputs=_outputs(contract),
        raw_columns=dict(zip(contract.names, layout.types, strict=False)),
        bucket=request.artifact_bucket,
        prefix=part_prefix(request, source),
    )


_QUICK: Final = {
    "csv": quick_text_rows,
    "jsonl": quick_json_rows,
    "parquet": quick_parquet_rows,
}


def _outputs(contract: Contract) -> dict[Destination, Output]:
    """Return what is written: rows in the format that the model asks for, refused ones as text."""
    columns = sql.stored(contract)
    names = tuple(column.name for column in columns)
    splits: dict[Destination, Output] = {
        name: Output(sql.output(name, columns), names) for name in SPLITS
    }
    refused = Output(sql.output(QUARANTINE), header=sql.QUARANTINE_HEADER)
    return {**splits, QUARANTINE: refused}
