"""The contract as SQL: one text that DuckDB and Spark both understand and answer alike.

`rows` turns lines of text into rows that know their destination; the other queries read that table.
Every line that is not blank becomes one row. What holds on both engines:

- A row goes to the split that the first 32 bits of the md5 of its output line point to, compared as
  hexadecimal text. Equal rows share a split, and adding rows moves none.
- Numbers are decimals of 15 digits before and 15 after the point, so sums don't depend on order.
  The text in the output stays as it was written; it is only trimmed.
- A digest is the sum of the lines' md5s modulo 2^128: the order of rows doesn't matter, copies do.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

from etl.contract import QUARANTINE
from etl.dialect import NUMBER, literal
from etl.reasons import BROKEN_QUOTES, rules, wrong_field_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from etl.contract import Column, Contract, SplitName
    from etl.layout import Layout

QUARANTINE_HEADER: Final = "reason,object,record,raw"

REASON_SEPARATOR: Final = "\x1f"
"""Between the reasons of one row: a character that no printable reason holds."""

EXAMPLES: Final = 3
"""Raw lines shown for each reason."""

_HASH_VALUES: Final = 2**32
_Item = TypeVar("_Item")


def rows(contract: Contract, layouts: Sequence[Layout]) -> str:
    """Return the query from `lines(object, record, raw)` to the table `rows`.

    Its columns: object, record, raw, reason, line, hash, split; `t_x` the text of column x, and for
    numbers `n_x` its value.
    """
    names = contract.names
    numbers = [column.name for column in contract.columns if column.kind != "categorical"]
    kept = [f"t_{name}" for name in names] + [f"n_{name}" for name in numbers]
    delimiter, field = literal(contract.delimiter), literal(_field(contract))
    header = _by_object(layouts, lambda layout: layout.header_record)
    return f"""
with records as (
  select object, record, raw,
    regexp_extract_all({delimiter} || raw, {field}, 0) as matches
  from lines
  where trim(both '{_blanks(contract.delimiter)}' from raw) <> '' and record > {header}
), cells as (
  select object, record, raw, array_size(matches) as fields,
    array_join(matches, '') = {delimiter} || raw as intact,
    {_each(names, lambda name: _cell(name, contract, layouts))}
  from records
), texts as (
  select object, record, raw, fields, intact,
    {_each(names, lambda name: f"{_unquoted(f'c_{name}')} as t_{name}")}
  from cells
), typed as (
  select *, {_each(numbers, lambda name: f"{_number(f't_{name}')} as n_{name}")}
  from texts
), judged as (
  select *, {_reason(contract)} as reason
  from typed
), written as (
  select *, case when reason = '' then {_line(contract)} else {_quarantine_line()} end as line
  from judged
), hashed as (
  select *, md5(line) as hash
  from written
)
select object, record, raw, reason, line, hash, {", ".join(kept)},
  case when reason <> '' then '{QUARANTINE}' {_split(contract)} end as split
from hashed"""


def output(destination: str) -> str:
    """Return the query for the lines of one destination, with the origin that orders them."""
    chosen = f"select object, record, line from rows where split = '{destination}'"
    if destination != QUARANTINE:
        return chosen
    header = f"select '' as object, cast(0 as bigint) as record, '{QUARANTINE_HEADER}' as line"
    return f"{header} union all {chosen}"


def reasons() -> str:
    """Return the query that counts reasons; those of one row are joined by the separator."""
    return f"""
select reason, count(*) as row_count
from rows
where split = '{QUARANTINE}'
group by reason"""


def examples() -> str:
    """Return the query for the first raw lines of each reason, in the order of the objects."""
    return f"""
select reason, object, record, raw
from (
  select reason, object, record, raw,
    row_number() over (partition by reason order by object, record) as place
  from rows
  where split = '{QUARANTINE}'
) as placed
where place <= {EXAMPLES}
order by object, record"""


# ---- from a line to its fields -------------------------------------------------------------------


def _field(contract: Contract) -> str:
    """Return the pattern of one field with the delimiter before it; no match is ever empty."""
    delimiter = contract.delimiter
    escaped = delimiter if delimiter in ",;\t " else f"\\{delimiter}"
    blank = f"[{_blanks(delimiter)}]*"
    quoted = f'"[^"]*(?:""[^"]*)*"{blank}'
    bare = f'[^{escaped}"{_blanks(delimiter)}][^{escaped}]*'
    return f"{escaped}{blank}(?:{quoted}|{bare})?"


def _blanks(delimiter: str) -> str:
    """Return what may stand around a field: blanks that are not the delimiter themselves."""
    return " \t".replace(delimiter, "")


def _by_object(layouts: Sequence[Layout], value: Callable[[Layout], int]) -> str:
    """Return a number that may differ from object to object, as short as it can be said."""
    values = [value(layout) for layout in layouts]
    if len(set(values)) == 1:
        return str(values[0])
    cases = [
        f"when object = {literal(layout.key)} then {number}"
        for layout, number in zip(layouts, values, strict=True)
    ]
    return f"case {' '.join(cases)} end"


def _cell(name: str, contract: Contract, layouts: Sequence[Layout]) -> str:
    index = contract.names.index(name)
    position = _by_object(layouts, lambda layout: layout.positions[index])
    return f"{_trim(f'substr(try_element_at(matches, {position}), 2)')} as c_{name}"


def _unquoted(cell: str) -> str:
    inner = f"""replace(substr({cell}, 2, length({cell}) - 2), '""', '"')"""
    return f"""nullif(case when {cell} like '"%' then {_trim(inner)} else {cell} end, '')"""


def _trim(text: str) -> str:
    return f"trim(both ' \t' from {text})"


def _number(text: str) -> str:
    """Return the value of a text; the guard settles `1_000` and other scripts' digits."""
    return (
        f"case when translate({text}, '0123456789+-.eE', '') = ''"
        f" then try_cast({text} as {NUMBER}) end"
    )


# ---- from fields to a destination ----------------------------------------------------------------


def _reason(contract: Contract) -> str:
    judged = [_column_reason(column) for column in contract.columns]
    count = wrong_field_count("' || cast(fields as string) || '", len(contract.columns))
    return (
        f"case when not intact then {literal(BROKEN_QUOTES)}"
        f" when fields <> {len(contract.columns)} then '{count}'"
        f" else concat_ws('{REASON_SEPARATOR}', {', '.join(judged)}) end"
    )


def _column_reason(column: Column) -> str:
    cases = [f"when {rule.condition} then {literal(rule.reason)}" for rule in rules(column)]
    return f"case {' '.join(cases)} end"


def _line(contract: Contract) -> str:
    return f"concat_ws(',', {_each(contract.columns, _written)})"


def _written(column: Column) -> str:
    """Return a column's text as CSV has it. Numbers never need quotes."""
    text = f"coalesce(t_{column.name}, '')"
    return _quoted(text) if column.kind == "categorical" else text


def _quarantine_line() -> str:
    reason = f"replace(reason, '{REASON_SEPARATOR}', '; ')"
    record = "cast(record as string)"
    return f"concat_ws(',', {_quoted(reason)}, {_quoted('object')}, {record}, {_quoted('raw')})"


def _quoted(text: str) -> str:
    quoted = f"""'"' || replace({text}, '"', '""') || '"'"""
    return (
        f"""case when instr({text}, ',') + instr({text}, '"') > 0 then {quoted} else {text} end"""
    )


def _split(contract: Contract) -> str:
    first, second, last = thresholds(contract)
    return (
        f"when substr(hash, 1, 8) < '{first[1]}' then '{first[0]}'"
        f" when substr(hash, 1, 8) < '{second[1]}' then '{second[0]}' else '{last[0]}'"
    )


def thresholds(contract: Contract) -> list[tuple[SplitName, str]]:
    """Return for each split the hash, as eight hexadecimal digits, below which its rows lie."""
    bound = Decimal(0)
    bounds: list[tuple[SplitName, str]] = []
    for name, share in contract.shares.items():
        bound += share
        bounds.append((name, format(min(round(bound * _HASH_VALUES), _HASH_VALUES - 1), "08x")))
    return bounds


def _each(items: Iterable[_Item], render: Callable[[_Item], str]) -> str:
    return ",\n    ".join(render(item) for item in items)
