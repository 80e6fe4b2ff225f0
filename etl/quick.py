"""The short way for lines that are easy, on DuckDB alone: much less work for most data.

An easy line has no quotes, no blanks around its fields and as many fields as the contract has
columns; each field is sound, and what is in it means on DuckDB just what `etl/sql.py` would say.
All other lines are left for that, which decides them on both engines alike. So this file may be
removed without changing a row: `tests/functional/etl/test_quick.py` holds that.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl import decimals
from etl.batches import MARKS
from etl.cells import blanks, filled
from etl.dialect import each, literal
from etl.kinds import meaning
from etl.sql import placed, stored

if TYPE_CHECKING:
    from etl.contract import Column, Contract
    from etl.layout import Layout


_LOWER: Final = "cast(18446744073709551615 as uhugeint)"
_SWAPS: Final = (
    (8, "cast(71777214294589695 as ubigint)"),
    (16, "cast(281470681808895 as ubigint)"),
    (32, "cast(4294967295 as ubigint)"),
)
"""How many bits move, and which."""


def quick_rows(contract: Contract, layout: Layout, delimited: str = "") -> str:
    """Return the query from `lines(record, raw, has_..)` to the table `rows`.

    There is a flag for each of `batches.MARKS`: whether any line has it. Where a line is not easy,
    `destination` is null and `line` is the line itself. Of another format, `delimited` are the
    steps to a table of that name, whose `raw` is such a line or null, and `original` the line.
    """
    source, original = ("delimited", "original") if delimited else ("lines", "raw")
    columns = _columns(contract, layout)
    values = [_value(*one) for one in columns if meaning(one[0]).quick_value(*one)]
    kept = [_counted(*one) for one in columns if one[0] in contract.kept]
    kept += [
        f"nullif({cell}, '') as w_{one.name}" for one, cell in columns if one in stored(contract)
    ]
    return f"""
with {delimited}lists as (
  select *, string_split(raw, {literal(contract.format.delimiter)}) as cells,
    case when {_has(*decimals.READ_OTHERWISE)} then {decimals.bare("raw")} else true end as bare
  from {source}
  where record > {layout.header_record}
), valued as (
  select {each(["*", *values])}
  from lists
), judged as (
  select *, coalesce({_easy(contract, layout)}, false) as easy
  from valued
), written as (
  select *, case when easy then {_line(contract, layout)} else {original} end as line
  from judged
), {_hashed("written")}
select record, case when easy then {_placed(contract, layout)} end as destination, line, high, low,
  cast(null as varchar) as reason, cast(null as varchar) as raw,
  {each(kept)}
from swapped"""


def _hashed(table: str) -> str:
    """Return the steps that add `high` and `low`, the halves of the line's md5 as numbers.

    DuckDB gives the md5 as a number in no time, but with its bytes in the opposite order. Three
    swaps mend that: of the bytes in each two, of the twos in each four, of the fours in each half.
    """
    last = len(_SWAPS)
    steps = [
        f"hashed as (\n  select *, md5_number(line) as md5\n  from {table}\n)",
        f"halves_0 as (\n  select *, cast(md5 & {_LOWER} as ubigint) as high_0,"
        " cast(md5 >> 64 as ubigint) as low_0\n  from hashed\n)",
    ]
    for step, (bits, mask) in enumerate(_SWAPS):
        swapped = [
            f"(({half}_{step} & {mask}) << {bits}) | (({half}_{step} >> {bits}) & {mask})"
            f" as {half}_{step + 1}"
            for half in ("high", "low")
        ]
        steps.append(
            f"halves_{step + 1} as (\n  select *, {each(swapped)}\n  from halves_{step}\n)"
        )
    steps.append(
        f"swapped as (\n  select *, high_{last} as high, low_{last} as low\n  from halves_{last}\n)"
    )
    return ", ".join(steps)


def flag(mark: str) -> str:
    """Return the name of the flag that tells of a mark."""
    return f"has_{ord(mark):02x}"


def _has(*marks: str) -> str:
    return " or ".join(map(flag, marks))


def _lacks(mark: str) -> str:
    """Return that a line does not have a mark."""
    return f"not ({has(mark)})"


def has(mark: str) -> str:
    """Return that a line has a mark. DuckDB evaluates no branch that no row takes."""
    found = f"instr(raw, {literal(mark)}) > 0"
    return f"case when {flag(mark)} then {found} else false end" if mark in MARKS else found


def _cell(position: int) -> str:
    return f"cells[{position}]"


def _columns(contract: Contract, layout: Layout) -> list[tuple[Column, str]]:
    """Return the columns, each with what is in it: the cell, or what takes an empty one's place."""
    places = zip(contract.columns, layout.positions, strict=True)
    return [(column, filled(_cell(place), column)) for column, place in places]


def _placed(contract: Contract, layout: Layout) -> str:
    if contract.split_by is None:
        return placed(contract, None)
    places = dict(zip(contract.names, layout.positions, strict=True))
    in_time = contract.split_from is not None
    key = f"q_{contract.split_by}" if in_time else _cell(places[contract.split_by])
    return placed(contract, key)


def _value(column: Column, cell: str) -> str:
    return f"{meaning(column).quick_value(column, cell)} as q_{column.name}"


def _counted(column: Column, cell: str) -> str:
    if meaning(column).quick_value(column, cell):
        return f"q_{column.name} as k_{column.name}"
    return f"nullif({cell}, '') as k_{column.name}"


def _easy(contract: Contract, layout: Layout) -> str:
    delimiter, quote = contract.format.delimiter, contract.format.quote
    conditions = [
        "raw <> ''",
        f"len(cells) = {len(contract.columns)}",
        _lacks('"'),
        *([] if quote in ("", '"') else [_lacks(quote)]),
        *([] if delimiter == "," else [_lacks(",")]),
        *(_inside_fields(blank, literal(delimiter)) for blank in blanks(delimiter)),
        *_all_bare(contract, layout),
        *(_sound(*one) for one in _columns(contract, layout)),
    ]
    return "\n    and ".join(conditions)


def _all_bare(contract: Contract, layout: Layout) -> list[str]:
    """Return that all cells are bare that have to be: they are if the whole line is."""
    found = [
        decimals.bare(cell) for column, cell in _columns(contract, layout) if meaning(column).casts
    ]
    return [f"case when bare then true else {' and '.join(found)} end"] if found else []


def _inside_fields(blank: str, delimiter: str) -> str:
    """Return that there are no blanks but inside of fields."""
    text = literal(blank)
    around = f"instr(raw, {text} || {delimiter}) + instr(raw, {delimiter} || {text}) = 0"
    ends = f"left(raw, 1) <> {text} and right(raw, 1) <> {text}"
    return f"case when {flag(blank)} then {around} and {ends} else true end"


def _sound(column: Column, cell: str) -> str:
    sound = meaning(column).quick_sound(column, cell)
    return f"({cell} = '' or ({sound}))" if column.nullable else sound


def _written(column: Column, cell: str) -> str:
    return meaning(column).quick_written(column, cell) or cell


def _line(contract: Contract, layout: Layout) -> str:
    """Return the row as CSV: an easy line is mostly that already, but for the delimiter."""
    columns = _columns(contract, layout)
    cells = [_cell(place) for place in range(1, len(columns) + 1)]
    written = [_written(*one) for one in columns if one[0] in contract.kept]
    if written != cells:
        return f"concat_ws(',', {', '.join(written)})"
    return (
        "raw"
        if contract.format.delimiter == ","
        else f"replace(raw, {literal(contract.format.delimiter)}, ',')"
    )
