"""From a line of delimited text to its cells, as SQL.

Most lines need no more than being cut at the delimiter, and the values in them can be cast as they
are. Two flags say so, and save what costs most: `plain` lines hold neither quotes, blanks around
fields, underscores nor anything but printable ASCII (DuckDB reads `1_0` as a number, Spark digits
of other scripts, and both strip characters that differ); `simple` ones hold no exponent either.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.dialect import each, literal

if TYPE_CHECKING:
    from etl.contract import Contract
    from etl.layout import Layout


def cells(contract: Contract, layout: Layout) -> str:
    """Return the steps from `lines(record, raw, printable)` to `texts`.

    Its columns: record, raw, plain, simple, fields (how many), intact (quotes match), and `t_x` for
    each column x. Blank lines and the header are left out.
    """
    delimiter = contract.delimiter
    quoted = f"regexp_extract_all({literal(delimiter)} || raw, {literal(_field(delimiter))}, 0)"
    cut = f"split(raw, {literal(_escaped(delimiter))}, -1)"
    intact = f"not quoted or array_join(cells, '') = {literal(delimiter)} || raw"
    return f"""records as (
  select record, raw, instr(raw, '"') > 0 as quoted, {_plain(delimiter)} as plain,
    instr(raw, 'e') + instr(raw, 'E') = 0 as no_exponent
  from lines
  where {_not_blank(delimiter)}{_below_header(layout)}
), lists as (
  select record, raw, quoted, plain, plain and no_exponent as simple,
    case when quoted then {quoted} else {cut} end as cells
  from records
), trimmed as (
  select record, raw, quoted, plain, simple, array_size(cells) as fields, {intact} as intact,
    {each(map(_cell, contract.names, layout.positions))}
  from lists
), texts as (
  select record, raw, plain, simple, fields, intact,
    {each(map(_text, contract.names))}
  from trimmed
)"""


def _plain(delimiter: str) -> str:
    unwanted = ['"', "_", *_blanks(delimiter)]
    found = " + ".join(f"instr(raw, {literal(one)})" for one in unwanted if one != delimiter)
    return f"printable and {found} = 0 and octet_length(raw) = length(raw)"


def _not_blank(delimiter: str) -> str:
    trimmed = f"trim(both '{_blanks(delimiter)}' from raw)"
    return f"(instr(raw, {literal(delimiter)}) > 0 or {trimmed} <> '')"


def _below_header(layout: Layout) -> str:
    return f" and record > {layout.header_record}" if layout.header_record else ""


def _cell(name: str, position: int) -> str:
    cell = f"try_element_at(cells, {position})"
    return (
        f"case when plain then {cell} when quoted then {_trim(f'substr({cell}, 2)')}"
        f" else {_trim(cell)} end as c_{name}"
    )


def _text(name: str) -> str:
    cell = f"c_{name}"
    inner = f"""replace(substr({cell}, 2, length({cell}) - 2), '""', '"')"""
    text = f"""case when quoted and {cell} like '"%' then {_trim(inner)} else {cell} end"""
    return f"nullif({text}, '') as t_{name}"


def _trim(text: str) -> str:
    return f"trim(both ' \t' from {text})"


def _escaped(delimiter: str) -> str:
    """Return a pattern for the delimiter: itself, with a backslash where it has a meaning."""
    return delimiter if delimiter in ",;\t " else f"\\{delimiter}"


def _field(delimiter: str) -> str:
    """Return the pattern of one field with the delimiter before it; no match is ever empty."""
    escaped = _escaped(delimiter)
    blank = f"[{_blanks(delimiter)}]*"
    quoted = f'"[^"]*(?:""[^"]*)*"{blank}'
    bare = f'[^{escaped}"{_blanks(delimiter)}][^{escaped}]*'
    return f"{escaped}{blank}(?:{quoted}|{bare})?"


def _blanks(delimiter: str) -> str:
    """Return what may stand around a field: blanks that are not the delimiter themselves."""
    return " \t".replace(delimiter, "")
