"""From a line of delimited text to its cells, as SQL: whatever is in the line."""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.dialect import each, literal

if TYPE_CHECKING:
    from etl.contract import Column, Contract
    from etl.layout import Layout


def cells(contract: Contract, layout: Layout) -> str:
    """Return the steps from `lines(record, raw)` to `texts`.

    Its columns: record, raw, fields (how many), intact (quotes match), and `t_x` for each column x.
    Blank lines and the header are left out.
    """
    delimiter, quote = contract.format.delimiter, contract.format.quote
    intact = f"not quoted or array_join(cells, '') = {literal(delimiter)} || raw"
    return f"""records as (
  select record, raw, {_has_quotes(quote)} as quoted
  from lines
  where {not_blank(delimiter)} and record > {layout.header_record}
), lists as (
  select record, raw, quoted, {_cut(delimiter, quote)} as cells
  from records
), trimmed as (
  select record, raw, quoted, array_size(cells) as fields, {intact} as intact,
    {each(map(_cell, contract.names, layout.positions))}
  from lists
), texts as (
  select record, raw, fields, intact,
    {each(_text(column, quote) for column in contract.columns)}
  from trimmed
)"""


def _cut(delimiter: str, quote: str) -> str:
    """Return the cells of a line, each with the delimiter before it if there are quotes."""
    cut = f"split(raw, {literal(escaped(delimiter))}, -1)"
    if not quote:
        return cut
    field = literal(_field(delimiter, quote))
    quoted = f"regexp_extract_all({literal(delimiter)} || raw, {field}, 0)"
    return f"case when quoted then {quoted} else {cut} end"


def not_blank(delimiter: str) -> str:
    """Return whether there is anything in a line."""
    trimmed = f"trim(both '{blanks(delimiter)}' from raw)"
    return f"(instr(raw, {literal(delimiter)}) > 0 or {trimmed} <> '')"


def blanks(delimiter: str) -> str:
    """Return what may stand around a field: blanks that are not the delimiter themselves."""
    return " \t".replace(delimiter, "")


def _cell(name: str, position: int) -> str:
    cell = f"try_element_at(cells, {position})"
    return f"{_trim(f'case when quoted then substr({cell}, 2) else {cell} end')} as c_{name}"


def filled(text: str, column: Column) -> str:
    """Return a text, or what takes its place where it is empty."""
    return text if column.fill is None else f"coalesce(nullif({text}, ''), {literal(column.fill)})"


def trimmed_text(column: Column, text: str) -> str:
    """Return `t_x`: a text without blanks around it, or what takes an empty one's place."""
    return f"nullif({filled(_trim(text), column)}, '') as t_{column.name}"


def _has_quotes(quote: str) -> str:
    return f"instr(raw, {literal(quote)}) > 0" if quote else "false"


def _text(column: Column, quote: str) -> str:
    text = f"c_{column.name}"
    if quote:
        begins = f"quoted and substr({text}, 1, 1) = {literal(quote)}"
        text = f"case when {begins} then {_trim(_inner(text, quote))} else {text} end"
    return f"nullif({filled(text, column)}, '') as t_{column.name}"


def _inner(cell: str, quote: str) -> str:
    """Return what stands in the quotes."""
    inner = f"substr({cell}, 2, length({cell}) - 2)"
    return f"replace({inner}, {literal(quote * 2)}, {literal(quote)})"


def _trim(text: str) -> str:
    return f"trim(both ' \t' from {text})"


def escaped(character: str) -> str:
    """Return the pattern of a character: itself, with a backslash where it has a meaning."""
    return character if character in ",;\t \"'" else f"\\{character}"


def _field(delimiter: str, quote: str) -> str:
    """Return the pattern of one field with the delimiter before it; no match is ever empty."""
    mark, end = escaped(quote), escaped(delimiter)
    blank = f"[{blanks(delimiter)}]*"
    quoted = f"{mark}[^{mark}]*(?:{mark}{mark}[^{mark}]*)*{mark}{blank}"
    bare = f"[^{end}{mark}{blanks(delimiter)}][^{end}]*"
    return f"{end}{blank}(?:{quoted}|{bare})?"
