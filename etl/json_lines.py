"""From a line of JSON to its cells, as SQL: a flat object whose keys name the columns.

No JSON function sees a number: both engines would print 0.50 as 0.5. Pairs are taken by a pattern
from lines that consist of nothing else, so what is written passes through. Only texts with a
backslash are read by the engine, and only where every escape in the line is sound.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.cells import trimmed_text
from etl.dialect import each, literal
from etl.meaning import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.contract import Contract
    from etl.layout import Layout

BACKSLASH_MASK: Final = "\x01"
QUOTE_MASK: Final = "\x02"
"""What stands for an escaped backslash and an escaped quote, so that a quote ends a text."""

_WORD: Final = "true|false|null|NaN|-?Infinity"
_NUMBER: Final = "[-+.0-9][-+.0-9eE]*"
VALUE_WITHOUT_QUOTES: Final = f"{_WORD}|{_NUMBER}"
_TEXT: Final = '"[^"\\x00\\x03-\\x1f]*"'
PAIR: Final = f',[ \t]*"([^"\\x00\\x03-\\x1f]*)"[ \t]*:[ \t]*({_TEXT}|{VALUE_WITHOUT_QUOTES})[ \t]*'
"""A key and its value with the comma before them; what is no number is told by its column."""

_HEX: Final = "[0-9a-fA-F]"
_UNSOUND_ESCAPE: Final = f"\\\\([^/bfnrtu]|u{_HEX}{{0,3}}[^0-9a-fA-F])"
_SURROGATE: Final = f"\\\\u[dD][89a-fA-F]{_HEX}{{2}}"
_SURROGATES: Final = f"\\\\u[dD][89abAB]{_HEX}{{2}}\\\\u[dD][c-fC-F]{_HEX}{{2}}"
_NUL: Final = "\\u0000"
CONTROL: Final = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]"
"""Tabs and line ends are none: CSV has them, too."""

NOT_BLANK: Final = "trim(both ' \t' from raw) <> ''"
NO_OBJECT: Final = "row: not a flat JSON object"
TWICE: Final = "row: the same key twice"
CONTROLS: Final = "row: a control character in a category"


def json_cells(contract: Contract, layout: Layout) -> str:
    """Return the steps from `lines(record, raw)` to `texts`.

    Its columns: record, raw, escaped (has backslashes), flat (is such an object), keys (all of
    them), known (how many of them are columns), and `t_x` for each column x. Blank lines are left
    out.
    """
    names = contract.names
    known = " + ".join(f"case when p_{name} > 0 then 1 else 0 end" for name in names)
    return f"""trimmed as (
  select record, raw, instr(raw, chr(92)) > 0 as escaped, trim(both ' \t' from raw) as line
  from lines
), records as (
  select record, raw, escaped, {_masked("line")} as line
  from trimmed
  where line <> ''
), bodies as (
  select record, raw, escaped, {_body("line")} as body
  from records
), lists as (
  select record, raw, escaped, {_flat("body")} as flat,
    {_all("body", 1)} as keys, {_all("body", 2)} as cells
  from bodies
), placed as (
  select *, {each(_position(name, key) for name, key in zip(names, layout.keys, strict=True))}
  from lists
), found as (
  select *, {known} as known, {each(map(_cell, names))}
  from placed
), read as (
  select *, {each(map(_plain, names))}
  from found
), texts as (
  select *, {each(trimmed_text(column, f"c_{column.name}") for column in contract.columns)}
  from read
)"""


def json_faults(contract: Contract) -> list[Fault]:
    """Return what may be wrong with a whole line."""
    unknown = (
        "'row: keys that are not in the contract: ' || cast(array_size(keys) - known as string)"
    )
    texts = [f"t_{column.name}" for column in contract.kept if column.kind == "categorical"]
    return [
        Fault("not flat", literal(NO_OBJECT)),
        Fault("array_size(array_distinct(keys)) < array_size(keys)", literal(TWICE)),
        Fault("array_size(keys) > known", unknown),
        *controls_in(texts, "escaped and "),
    ]


def controls_in(texts: Sequence[str], if_too: str = "") -> list[Fault]:
    """Return that a category has no control characters: there are no lines for it to end."""
    if not texts:
        return []
    found = f"regexp_like(concat_ws('', {', '.join(texts)}), {literal(CONTROL)})"
    return [Fault(f"{if_too}{found}", literal(CONTROLS))]


def masked(line: str) -> str:
    """Return what the patterns see of a line."""
    return line.replace("\\\\", BACKSLASH_MASK).replace('\\"', QUOTE_MASK)


def unmasked(text: str) -> str:
    """Return what a part of it was."""
    return text.replace(BACKSLASH_MASK, "\\\\").replace(QUOTE_MASK, '\\"')


def _masked(line: str) -> str:
    backslash, quote = literal("\\\\"), literal('\\"')
    hidden = f"replace(replace({line}, {backslash}, chr(1)), {quote}, chr(2))"
    masks = f"instr({line}, chr(1)) + instr({line}, chr(2))"
    return f"case when {masks} > 0 then '' when escaped then {hidden} else {line} end"


def _body(line: str) -> str:
    """Return what stands in the braces, with a comma before it; null if there are no braces."""
    inner = f"trim(both ' \t' from substr({line}, 2, length({line}) - 2))"
    comma = f"case when {inner} = '' then '' else ',' || {inner} end"
    return f"case when {line} like '{{%}}' then {comma} end"


def _flat(body: str) -> str:
    """Return that there are pairs and nothing else, and that all escapes are sound."""
    surrogates = f"array_size(regexp_extract_all({body}, {literal(_SURROGATE)}, 0))"
    pairs = f"array_size(regexp_extract_all({body}, {literal(_SURROGATES)}, 0))"
    sound = (
        f"instr({body}, {literal(_NUL)}) = 0"
        f" and not regexp_like({body}, {literal(_UNSOUND_ESCAPE)}) and {surrogates} = 2 * {pairs}"
    )
    pairs_alone = f"array_join({_all(body, 0)}, '') = {body}"
    return f"coalesce({pairs_alone} and case when escaped then {sound} else true end, false)"


def _all(body: str, group: int) -> str:
    return f"regexp_extract_all({body}, {literal(PAIR)}, {group})"


def _position(name: str, key: str) -> str:
    return f"array_position(keys, {literal(key)}) as p_{name}"


def _cell(name: str) -> str:
    return f"try_element_at(cells, cast(nullif(p_{name}, 0) as int)) as j_{name}"


def _plain(name: str) -> str:
    """Return the text of a value, null if it is null or in a line that is not flat."""
    cell = f"j_{name}"
    marks = " + ".join(f"instr({cell}, chr({code}))" for code in (92, 1, 2))
    return (
        f"case when not flat or {cell} = 'null' then null"
        f""" when {cell} like '"%' then case when escaped and {marks} > 0 then {_unescaped(cell)}"""
        f" else substr({cell}, 2, length({cell}) - 2) end"
        f" else {cell} end as c_{name}"
    )


def _unescaped(cell: str) -> str:
    backslash, quote = literal("\\\\"), literal('\\"')
    written = f"replace(replace({cell}, chr(1), {backslash}), chr(2), {quote})"
    return f"""get_json_object('{{"v":' || {written} || '}}', '$.v')"""
