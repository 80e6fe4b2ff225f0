"""The short way for rows of Parquet that are easy, on DuckDB alone: as delimited text has one.

DuckDB prints a float with the fewest digits that give it back. Where those are 15, or 6 of a single
one, they are what `etl/doubles.py` comes to, for no other number of so many digits is so near. With
the other columns' texts they make an easy line of delimited text, which `etl/quick.py` judges. All
other rows are left for `etl/sql.py`; `tests/functional/etl/test_quick_parquet.py` holds both equal.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from etl.batches import MARKS
from etl.dialect import each, literal
from etl.formats import Format
from etl.json_lines import CONTROL
from etl.parquet_cells import canonical, moment_steps
from etl.quick import flag, quick_rows

if TYPE_CHECKING:
    from etl.contract import Column, Contract
    from etl.layout import Layout
    from etl.parquet_layout import RawColumn

_LONGEST: Final = {"double": 16, "float": 7}
"""Characters of 15 digits and 6, with the point."""


def quick_parquet_rows(contract: Contract, layout: Layout) -> str:
    """Return the query from `lines(record, p_x ..)` to the table `rows`."""
    return quick_rows(
        replace(contract, format=Format()),
        replace(layout, positions=tuple(range(1, 1 + len(contract.columns)))),
        _delimited(contract, layout),
    )


def _delimited(contract: Contract, layout: Layout) -> str:
    pairs = list(zip(contract.columns, layout.types, strict=True))
    texts = [f"{_text(column, raw)} as e_{column.name}" for column, raw in pairs]
    all_easy = " and ".join(f"e_{column.name} is not null" for column, _ in pairs)
    joined = ", ".join(f"e_{column.name}" for column, _ in pairs)
    flags = [f"true as {flag(mark)}" for mark in MARKS]
    return f"""{moment_steps(contract, layout)}, easy as (
  select record, {each(texts)}
  from divided
), delimited as (
  select record, '' as original, case when {all_easy} then concat_ws(',', {joined}) end as raw,
    {each(flags)}
  from easy
), """


def _text(column: Column, raw: RawColumn) -> str:
    """Return the canonical text, empty for a gap, or null if it takes more work."""
    value = f"p_{column.name}"
    if raw.type in _LONGEST:
        return f"case when {value} is null then '' else {_printed(value, raw)} end"
    if raw.type != "text":
        return f"coalesce({canonical(column, raw)}, '')"
    if column.kind == "text":
        return f"case when trim(coalesce({value}, '')) = '' then '' else 'x' end"
    sound = f"not regexp_matches({value}, {literal(CONTROL)})"
    return f"case when {value} is null then '' when {sound} then {value} end"


def _printed(value: str, raw: RawColumn) -> str:
    shown = f"cast({value} as varchar)"
    few = f"strlen({shown}) <= {_LONGEST[raw.type]} and contains({shown}, '.')"
    plain = f"{value} <> 0 and {few} and not contains({shown}, 'e')"
    whole = f"ends_with({shown}, '.0')"
    text = f"case when {whole} then left({shown}, -2) else {shown} end"
    return f"case when {plain} then {text} when {value} = 0 then '0' end"
