"""The contract as SQL: one text that DuckDB and Spark both understand and answer alike.

`rows` turns the lines of one raw object into rows that know their destination; the other queries
read that table. Every line that is not blank becomes one row. What holds on both engines:

- A row goes to the split that the first 32 bits of an md5 point to: of its output line, or of the
  text in the column that the split goes by. Or the date in that column decides. Equal rows share a
  split, and adding rows moves none.
- Numbers are decimals of 15 digits before and 15 after the point, so sums don't depend on order.
  The text in the output stays as it was written; it is only trimmed.
- A digest is the sum of the lines' md5s modulo 2^128: the order of rows doesn't matter, copies do.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.contract import DESTINATIONS, QUARANTINE
from etl.decimals import number
from etl.dialect import each, literal
from etl.kinds import meaning
from etl.meaning import quoted
from etl.reasons import reason
from etl.records import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.contract import Column, Contract, Destination, SplitName
    from etl.layout import Layout
    from etl.records import Reading

QUARANTINE_HEADER: Final = "reason,object,record,raw"

REASON_SEPARATOR: Final = "\x1f"
"""Between the reasons of one row: a character that no printable reason holds."""

EXAMPLES: Final = 3
"""Raw lines shown for each reason."""

_HASH_VALUES: Final = 2**32
_LOWER_BITS: Final = 32
"""Of the upper half of an md5, those that don't decide on the split."""


def rows(contract: Contract, layout: Layout) -> str:
    """Return the query from `lines(record, raw)` to the table `rows`.

    Its columns: record; destination, as a number; line, what is written there; high and low, the
    halves of its md5; reason and raw of rows in quarantine; `k_x`, what is counted of column x;
    `w_x`, its text, where Parquet is written.
    """
    read = reading(contract, layout)
    return f"""
with {read.steps}, valued as (
  select *, {each(map(_value, contract.columns))}
  from texts
), judged as (
  select *, {_reason(contract, read)} as reason
  from valued
), refused as (
  select *, case when reason <> '' then {read.raw} end as record_refused
  from judged
), written as (
  select *,
    case when reason = '' then {_line(contract)} else {_quarantine_line(layout)} end as line
  from refused
), hashed as (
  select *, {_half("md5(line)", 1)} as high, {_half("md5(line)", 17)} as low
  from written
)
select record,
  case when reason <> '' then {_number(QUARANTINE)} else {_placed(contract)} end as destination,
  line, high, low, case when reason <> '' then reason end as reason,
  record_refused as raw,
  {each([*map(_counted, contract.kept), *map(_kept_text, stored(contract))])}
from hashed"""


def placed(contract: Contract, key: str | None) -> str:
    """Return the split of a row, as a number: by its key's md5, by its time, or else by `high`."""
    if contract.split_from is not None:
        return _in_time(f"{key}", contract.split_from)
    (first, below_first), (second, below_second), (last, _) = thresholds(contract)
    found, unused = ("high", _LOWER_BITS) if key is None else (f"({_bits(key)})", 0)
    return (
        f"case when {found} < {below_first << unused} then {_number(first)}"
        f" when {found} < {below_second << unused} then {_number(second)}"
        f" else {_number(last)} end"
    )


def output(destination: Destination, columns: Sequence[Column] = ()) -> str:
    """Return the query for what one destination gets, with the record that orders it.

    That is `line`, or the typed value `o_x` of each column x if there are any.
    """
    values = [f"{meaning(column).stored(column)} as o_{column.name}" for column in columns]
    return (
        f"select record, {each(values or ['line'])}"
        f" from rows where destination = {_number(destination)}"
    )


def stored(contract: Contract) -> tuple[Column, ...]:
    """Return the columns of the Parquet files of a dataset; none if it is written as CSV."""
    return contract.kept if contract.output == "parquet" else ()


def reasons() -> str:
    """Return the query that counts reasons; those of one row are joined by the separator."""
    return f"""
select reason, count(*) as row_count
from rows
where destination = {_number(QUARANTINE)}
group by reason"""


def examples() -> str:
    """Return the query for the first raw lines of each reason, in their order."""
    return f"""
select reason, record, raw
from (
  select reason, record, raw, row_number() over (partition by reason order by record) as place
  from rows
  where destination = {_number(QUARANTINE)}
) as chosen
where place <= {EXAMPLES}
order by record"""


def thresholds(contract: Contract) -> list[tuple[SplitName, int]]:
    """Return for each split the first 32 bits of the hashes below which its rows lie."""
    bound = Decimal(0)
    bounds: list[tuple[SplitName, int]] = []
    for name, share in contract.shares.items():
        bound += share
        bounds.append((name, min(round(bound * _HASH_VALUES), _HASH_VALUES - 1)))
    return bounds


def _placed(contract: Contract) -> str:
    prefix = "t" if contract.split_from is None else "v"
    return placed(contract, contract.split_by and f"{prefix}_{contract.split_by}")


def _in_time(value: str, begins: tuple[Decimal, Decimal]) -> str:
    validation, test = map(number, begins)
    return (
        f"case when {value} < {validation} then {_number('train')}"
        f" when {value} < {test} then {_number('validation')} else {_number('test')} end"
    )


def _bits(key: str) -> str:
    """Return the first 32 bits of a key's md5."""
    return f"cast(conv(substr(md5({key}), 1, 8), 16, 10) as decimal(20,0))"


def _half(md5: str, first: int) -> str:
    return f"cast(conv(substr({md5}, {first}, 16), 16, 10) as decimal(20,0))"


def _number(destination: Destination) -> str:
    return f"cast({DESTINATIONS.index(destination)} as tinyint)"


def _value(column: Column) -> str:
    return f"{meaning(column).value(column)} as v_{column.name}"


def _counted(column: Column) -> str:
    return f"case when reason = '' then {meaning(column).counted(column)} end as k_{column.name}"


def _kept_text(column: Column) -> str:
    return f"t_{column.name} as w_{column.name}"


def _reason(contract: Contract, read: Reading) -> str:
    judged = ", ".join(reason(column) for column in contract.columns)
    faults = " ".join(f"when {fault.condition} then {fault.reason}" for fault in read.faults)
    found = f"concat_ws('{REASON_SEPARATOR}', {judged})"
    return f"case {faults} else {found} end" if faults else found


def _line(contract: Contract) -> str:
    return f"concat_ws(',', {each(meaning(one).written(one) for one in contract.kept)})"


def _quarantine_line(layout: Layout) -> str:
    said = f"replace(reason, '{REASON_SEPARATOR}', '; ')"
    record, source = "cast(record as string)", quoted(literal(layout.key))
    return f"concat_ws(',', {quoted(said)}, {source}, {record}, {quoted('record_refused')})"
