"""Raw records of any format as SQL, and which lines are none. Short ways are in `etl/plan.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.cells import cells, not_blank
from etl.dialect import literal
from etl.json_lines import NOT_BLANK, json_cells, json_faults
from etl.meaning import Fault
from etl.parquet_cells import parquet_cells, parquet_faults, parquet_record
from etl.reasons import BROKEN_QUOTES, OPEN_QUOTE, wrong_field_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.contract import Contract
    from etl.formats import Format
    from etl.layout import Layout


@dataclass(frozen=True)
class Reading:
    """How raw records become texts."""

    steps: str
    """From `lines` to `texts`: record, `t_x` for each column x, and what the others speak of."""

    is_record: str
    """Which lines after the header are records at all: a condition on `raw`."""

    faults: Sequence[Fault]
    """What may be wrong with a whole record; the first is its reason."""

    raw: str = "raw"
    """The raw record, as the quarantine keeps it: an expression on `texts`."""


def reading(contract: Contract, layout: Layout) -> Reading:
    """Return how the records of a raw object are read."""
    if contract.format.type == "jsonl":
        return Reading(json_cells(contract, layout), NOT_BLANK, json_faults(contract))
    if contract.format.type == "parquet":
        return Reading(
            parquet_cells(contract, layout),
            "true",
            parquet_faults(contract, layout),
            parquet_record(contract, layout),
        )
    return Reading(cells(contract, layout), not_blank(contract.format.delimiter), _faults(contract))


def _faults(contract: Contract) -> list[Fault]:
    count = wrong_field_count("' || cast(fields as string) || '", len(contract.columns))
    return [
        *_open_quote(contract.format),
        Fault("not intact", literal(BROKEN_QUOTES)),
        Fault(f"fields <> {len(contract.columns)}", f"'{count}'"),
    ]


def _open_quote(form: Format) -> list[Fault]:
    """Return that a field may go on in the next line, unless the contract says that fields do."""
    if not form.quote or form.quoted_newlines:
        return []
    quotes = f"length(raw) - length(replace(raw, {literal(form.quote)}, ''))"
    return [Fault(f"not intact and ({quotes}) % 2 = 1", literal(OPEN_QUOTE))]
