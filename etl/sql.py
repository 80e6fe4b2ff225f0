"""The contract as SQL: one text that DuckDB and Spark both understand and answer alike.

`rows` turns the lines of one raw object into rows that know their destination; the other queries
read that table. Every line that is not blank becomes one row. What holds on both engines:

- A row goes to the split that the first 32 bits of the md5 of its output line point to, compared as
  hexadecimal text. Equal rows share a split, and adding rows moves none.
- Numbers are decimals of 15 digits before and 15 after the point, so sums don't depend on order.
  The text in the output stays as it was written; it is only trimmed.
- A digest is the sum of the lines' md5s modulo 2^128: the order of rows doesn't matter, copies do.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.cells import cells
from etl.contract import QUARANTINE
from etl.decimals import number_type
from etl.dialect import each, literal
from etl.kinds import meaning, quoted
from etl.reasons import BROKEN_QUOTES, reason, wrong_field_count

if TYPE_CHECKING:
    from etl.contract import Column, Contract, SplitName
    from etl.layout import Layout

QUARANTINE_HEADER: Final = "reason,object,record,raw"

REASON_SEPARATOR: Final = "\x1f"
"""Between the reasons of one row: a character that no printable reason holds."""

EXAMPLES: Final = 3
"""Raw lines shown for each reason."""

_HASH_VALUES: Final = 2**32


def rows(contract: Contract, layout: Layout) -> str:
    """Return the query from `lines(record, raw, printable)` to the table `rows`.

    Its columns: record, line, reason, split, hash; raw of quarantined rows; of the others' columns
    `t_x` the text of a value that is counted as such, `n_x` the value of a number.
    """
    columns = contract.columns
    numbers = [column for column in columns if meaning(column).measure == "numbers"]
    texts = [f"t_{column.name}" for column in columns if meaning(column).measure == "values"]
    kept = ["record", "line", "hash", *texts, *map(_value, numbers)]
    sound = [f"{meaning(column).sound(column)} as s_{column.name}" for column in columns]
    return f"""
with {cells(contract, layout)}, quick as (
  select {each(["*", *map(_quick, numbers)])}
  from texts
), glanced as (
  select {each(["*", *sound])}
  from quick
), weighed as (
  select {each(["*", *map(_careful, numbers)])}
  from glanced
), judged as (
  select *, {_reason(contract)} as reason
  from weighed
), written as (
  select *,
    case when reason = '' then {_line(contract, layout)} else {_quarantine_line(layout)} end as line
  from judged
), hashed as (
  select *, md5(line) as hash
  from written
)
select {", ".join(kept)}, reason, case when reason <> '' then raw end as raw,
  case when reason <> '' then '{QUARANTINE}' {_split(contract)} end as split
from hashed"""


def output(destination: str) -> str:
    """Return the query for the lines of one destination, with the record that orders them."""
    return f"select record, line from rows where split = '{destination}'"


def reasons() -> str:
    """Return the query that counts reasons; those of one row are joined by the separator."""
    return f"""
select reason, count(*) as row_count
from rows
where split = '{QUARANTINE}'
group by reason"""


def examples() -> str:
    """Return the query for the first raw lines of each reason, in their order."""
    return f"""
select reason, record, raw
from (
  select reason, record, raw, row_number() over (partition by reason order by record) as place
  from rows
  where split = '{QUARANTINE}'
) as placed
where place <= {EXAMPLES}
order by record"""


def thresholds(contract: Contract) -> list[tuple[SplitName, str]]:
    """Return for each split the hash, as eight hexadecimal digits, below which its rows lie."""
    bound = Decimal(0)
    bounds: list[tuple[SplitName, str]] = []
    for name, share in contract.shares.items():
        bound += share
        bounds.append((name, format(min(round(bound * _HASH_VALUES), _HASH_VALUES - 1), "08x")))
    return bounds


def _quick(column: Column) -> str:
    return f"{meaning(column).quick(column)} as q_{column.name}"


def _careful(column: Column) -> str:
    careful = meaning(column).careful(column)
    return f"case when not coalesce(s_{column.name}, false) then {careful} end as w_{column.name}"


def _value(column: Column) -> str:
    name, kind = column.name, number_type(column)
    return f"case when s_{name} then q_{name} else try_cast(w_{name} as {kind}) end as n_{name}"


def _reason(contract: Contract) -> str:
    count = wrong_field_count("' || cast(fields as string) || '", len(contract.columns))
    sound = " and ".join(f"s_{column.name}" for column in contract.columns)
    judged = ", ".join(reason(column) for column in contract.columns)
    return (
        f"case when not intact then {literal(BROKEN_QUOTES)}"
        f" when fields <> {len(contract.columns)} then '{count}'"
        f" when {sound} then '' else concat_ws('{REASON_SEPARATOR}', {judged}) end"
    )


def _line(contract: Contract, layout: Layout) -> str:
    """Return the row as CSV: a plain line is that already, but for the delimiter."""
    written = each(meaning(column).written(column) for column in contract.columns)
    joined = f"concat_ws(',', {written})"
    if layout.positions != tuple(range(1, len(contract.columns) + 1)):
        return joined
    if contract.delimiter == ",":
        return f"case when plain then raw else {joined} end"
    replaced = f"replace(raw, {literal(contract.delimiter)}, ',')"
    return f"case when plain and instr(raw, ',') = 0 then {replaced} else {joined} end"


def _quarantine_line(layout: Layout) -> str:
    said = f"replace(reason, '{REASON_SEPARATOR}', '; ')"
    record, source = "cast(record as string)", quoted(literal(layout.key))
    return f"concat_ws(',', {quoted(said)}, {source}, {record}, {quoted('raw')})"


def _split(contract: Contract) -> str:
    first, second, last = thresholds(contract)
    return (
        f"when substr(hash, 1, 8) < '{first[1]}' then '{first[0]}'"
        f" when substr(hash, 1, 8) < '{second[1]}' then '{second[0]}' else '{last[0]}'"
    )
