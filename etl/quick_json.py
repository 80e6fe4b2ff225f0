"""The short way for JSON Lines that are easy, on DuckDB alone: as delimited text has one.

An easy line is put together just as the first one was: the same keys in the same order, the same
blanks, texts and numbers in the same places, no escapes. Cut where one key ends and the next begins
it gives the fields of an easy line of delimited text, and `etl/quick.py` judges that. All other
lines are left for `etl/sql.py`; `tests/functional/etl/test_quick_json.py` holds both equal.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from etl.dialect import each, literal
from etl.formats import Format
from etl.json_lines import VALUE_WITHOUT_QUOTES
from etl.kinds import meaning
from etl.quick import quick_rows

if TYPE_CHECKING:
    from etl.contract import Column, Contract
    from etl.layout import Layout, Shape

_ESCAPES_OR_CONTROLS: Final = "[\\x00-\\x1f\\\\]"


def quick_json_rows(contract: Contract, layout: Layout) -> str | None:
    """Return the query from `lines(record, raw, has_..)` to `rows`; None if no line is easy."""
    if layout.shape is None:
        return None
    columns = range(1, 1 + len(contract.columns))
    return quick_rows(
        replace(contract, format=Format()),
        replace(layout, positions=tuple(columns)),
        _delimited(contract, layout, layout.shape),
    )


def _delimited(contract: Contract, layout: Layout, shape: Shape) -> str:
    """Return the steps to `delimited`: `raw` like delimited text, or null, and `original`."""
    fields = [
        _Field(column, place, key, shape)
        for column, place, key in zip(contract.columns, layout.positions, layout.keys, strict=True)
    ]
    same = [f"len(pieces) = {len(fields)}", *(field.is_same for field in fields)]
    between = literal(f'{shape.comma}"')
    inner = f"string_split(substr(raw, 3, length(raw) - 3), {between})"
    clean = f"raw like '{{\"%}}' and not regexp_matches(raw, {literal(_ESCAPES_OR_CONTROLS)})"
    return f"""pieces as (
  select *, case when {clean} then {inner} end as pieces
  from lines
), delimited as (
  select * exclude (raw, pieces), raw as original, case when {" and ".join(same)}
    then concat_ws(',', {each(field.text for field in fields)}) end as raw
  from pieces
), """


class _Field:
    """One column's piece of a line: its key, from after the first quote on, and its value."""

    def __init__(self, column: Column, place: int, key: str, shape: Shape) -> None:
        self._column = column
        self._quoted = column.name in shape.quoted
        self._piece = f"pieces[{place}]"
        begin = f'{key}"{shape.colon}'
        self._before = f'{begin}"' if self._quoted else begin
        self._null = f"{self._piece} = {literal(f'{begin}null')}"

    @property
    def is_same(self) -> str:
        """The condition that it is as in the first line."""
        begins = f"starts_with({self._piece}, {literal(self._before)})"
        conditions = [begins, f"length({self._piece}) > {len(self._before)}"]
        if self._quoted:
            conditions.append(f"""right({self._piece}, 1) = '"'""")
        elif not meaning(self._column).casts:
            pattern = literal(f"^({VALUE_WITHOUT_QUOTES})$")
            conditions.append(f"regexp_matches({self._value}, {pattern})")
        same = " and ".join(conditions)
        return f"({same} or {self._null})" if self._column.nullable else f"({same})"

    @property
    def text(self) -> str:
        """The value, empty if it is null; of one that is ignored, whether there is any."""
        text = self._value
        if self._column.kind == "text":
            text = f"case when trim({text}) = '' then '' else 'x' end"
        return f"case when {self._null} then '' else {text} end" if self._column.nullable else text

    @property
    def _value(self) -> str:
        first = len(self._before) + 1
        if not self._quoted:
            return f"substr({self._piece}, {first})"
        return f"substr({self._piece}, {first}, length({self._piece}) - {first})"
