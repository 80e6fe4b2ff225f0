"""From the typed columns of Parquet to canonical texts, as SQL: the same on both engines.

The engines give `lines(record, p_x ...)`: booleans, integers, decimals, floats, doubles and texts
as they are, a date as days since 1970, a timestamp as its units since then, in UTC. A moment is
written in the format that the contract declares, or else as ISO 8601 has it.
"""

# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from etl import doubles
from etl.cells import trimmed_text
from etl.dialect import each, literal
from etl.json_lines import controls_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from etl.contract import Column, Contract
    from etl.layout import Layout
    from etl.meaning import Fault
    from etl.parquet_layout import RawColumn

_A_DAY: Final = 86_400
_FIRST_DAY: Final = -719_162
_LAST_DAY: Final = 2_932_896
"""Of the years that texts of dates can have: 1 to 9999."""

_SMALL_SCALE: Final = 36
_JSON_ESCAPES: Final = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    *((chr(code), f"\\u{code:04x}") for code in range(1, 0x20)),
)


def parquet_cells(contract: Contract, layout: Layout) -> str:
    """Return the steps from `lines` to `texts`: record, `u_x` and `t_x` for each column x.

    In between: `s_x` seconds since 1970 and `f_x` what is left of one, `d_x` days and `r_x` seconds
    of the day; `m_x` the magnitude of a float, `z_x` how it was moved, `n_x` its digits.
    """
    pairs = list(zip(contract.columns, layout.types, strict=True))
    texts = [f"{canonical(column, raw)} as u_{column.name}" for column, raw in pairs]
    return ", ".join(
        (
            *_steps(pairs),
            _step("canonical", "divided", texts),
            _step(
                "texts",
                "canonical",
                [trimmed_text(column, f"u_{column.name}") for column in contract.columns],
            ),
        )
    )


def moment_steps(contract: Contract, layout: Layout) -> str:
    """Return the steps from `lines` to `divided`, for dates and timestamps alone."""
    pairs = zip(contract.columns, layout.types, strict=True)
    return ", ".join(_steps([pair for pair in pairs if pair[1].type in ("date", "timestamp")]))


def _steps(pairs: Sequence[tuple[Column, RawColumn]]) -> list[str]:
    sources = (("measured", "lines", _measured), ("rounded", "measured", _rounded))
    return [
        _step(name, source, [part for column, raw in pairs for part in make(column.name, raw)])
        for name, source, make in (*sources, ("divided", "rounded", _divided))
    ]


def _step(name: str, source: str, parts: Iterable[str]) -> str:
    return f"{name} as (\n  select {each(['*', *parts])}\n  from {source}\n)"


def parquet_faults(contract: Contract, layout: Layout) -> list[Fault]:
    """Return what may be wrong with a whole row."""
    texts = [
        f"u_{column.name}"
        for column, raw in zip(contract.columns, layout.types, strict=True)
        if column.kept and column.kind == "categorical" and raw.type == "text"
    ]
    return controls_in(texts)


def parquet_record(contract: Contract, layout: Layout) -> str:
    """Return the raw record as the quarantine keeps it: a JSON object of the canonical texts."""
    pairs = zip(contract.columns, layout.types, strict=True)
    fields = [
        f"{literal(_json_key(raw.name))} || {_json(column.name, raw)}" for column, raw in pairs
    ]
    return f"""('{{' || {" || ',' || ".join(fields)} || '}}')"""


def _measured(name: str, raw: RawColumn) -> Iterable[str]:
    value = f"p_{name}"
    if raw.type in ("float", "double"):
        yield f"{doubles.magnitude(value)} as m_{name}"
        yield f"{doubles.moved(value)} as z_{name}"
    if raw.type == "date":
        yield f"cast({value} as bigint) * {_A_DAY} as s_{name}"
        yield f"cast(0 as bigint) as f_{name}"
    if raw.type == "timestamp":
        left = f"pmod({value}, cast({raw.per_second} as bigint))"
        yield f"cast(round(({value} - {left}) / {raw.per_second}) as bigint) as s_{name}"
        yield f"{left} as f_{name}"


def _rounded(name: str, raw: RawColumn) -> Iterable[str]:
    if raw.type == "float":
        yield f"{doubles.as_float(f'm_{name}', f'p_{name}')} as y_{name}"
    if raw.type in ("date", "timestamp"):
        left = f"pmod(s_{name}, cast({_A_DAY} as bigint))"
        days = f"round((s_{name} - {left}) / {_A_DAY})"
        yield (
            f"case when {days} between {_FIRST_DAY} and {_LAST_DAY}"
            f" then date_from_unix_date(cast({days} as int)) end as d_{name}"
        )
        yield f"{left} as r_{name}"


def _divided(name: str, raw: RawColumn) -> Iterable[str]:
    if raw.type in ("float", "double"):
        size = f"y_{name}" if raw.type == "float" else f"m_{name}"
        yield f"{doubles.digits(size)} as n_{name}"
        yield f"{doubles.places(size)} + z_{name} as a_{name}"


def canonical(column: Column, raw: RawColumn) -> str:
    """Return the text of a value, null if there is none."""
    name = column.name
    if raw.type in ("float", "double"):
        return doubles.text(f"p_{name}", f"n_{name}", f"a_{name}")
    if raw.type in ("date", "timestamp"):
        return _moment(column, raw)
    return _decimal(f"p_{name}", raw) if raw.type == "decimal" else f"cast(p_{name} as string)"


def _decimal(value: str, raw: RawColumn) -> str:
    """Return a decimal without needless zeros; Spark would write a small one with an exponent."""
    scale = min(raw.scale, _SMALL_SCALE)
    if scale == 0:
        return f"cast({value} as string)"
    beside_one = f"cast(abs({value}) as decimal({scale + 1},{scale})) + 1"
    small = f"substr(cast(cast({beside_one} as decimal({scale + 2},{scale})) as string), 2)"
    sign = f"case when {value} < 0 then '-' else '' end"
    is_small = f"abs({value}) < cast(0.0001 as decimal(5,4))"
    text = f"case when {is_small} then {sign} || '0' || {small} else cast({value} as string) end"
    bare = f"trim(trailing '.' from trim(trailing '0' from {text}))"
    return f"case when {value} = 0 then '0' else {bare} end"


def _moment(column: Column, raw: RawColumn) -> str:
    """Return a moment in the declared format, if it can be; a date has no time of the day."""
    name = column.name
    whole = f"r_{name} = 0 and f_{name} = 0"
    iso = _rendered("%Y-%m-%d" if raw.type == "date" else "%Y-%m-%d %H:%M:%S", name)
    if raw.type == "timestamp":
        zeros = len(str(raw.per_second)) - 1
        fraction = f"trim(trailing '0' from lpad(cast(f_{name} as string), {zeros}, '0'))"
        iso = f"{iso} || case when f_{name} = 0 then '' else '.' || {fraction} end"
    text = iso
    if column.kind == "timestamp":
        text = _rendered(column.format, name)
    if column.kind == "date":
        text = f"case when {whole} then {_rendered(column.format, name)} else {iso} end"
    return f"case when d_{name} is null then cast(p_{name} as string) else {text} end"


def _rendered(form: str, name: str) -> str:
    """Return a moment in a format; what it has no place for is cut off."""
    parts = {
        "%Y": f"lpad(cast(year(d_{name}) as string), 4, '0')",
        "%m": f"lpad(cast(month(d_{name}) as string), 2, '0')",
        "%d": f"lpad(cast(day(d_{name}) as string), 2, '0')",
        "%H": _two(f"cast(floor(r_{name} / 3600) as int)"),
        "%M": _two(f"cast(floor(pmod(r_{name}, cast(3600 as bigint)) / 60) as int)"),
        "%S": _two(f"pmod(r_{name}, cast(60 as bigint))"),
    }
    return " || ".join(parts.get(part, literal(part)) for part in re.findall(r"%.|.", form))


def _two(number: str) -> str:
    return f"lpad(cast({number} as string), 2, '0')"


def _json_key(name: str) -> str:
    for character, escaped in _JSON_ESCAPES:
        name = name.replace(character, escaped)
    return f'"{name}":'


def _json(name: str, raw: RawColumn) -> str:
    text = f"u_{name}"
    if raw.type in ("text", "date", "timestamp"):
        escapes = _JSON_ESCAPES if raw.type == "text" else ()
        for character, escaped in escapes:
            text = f"replace({text}, {_character(character)}, {literal(escaped)})"
        text = f"""'"' || {text} || '"'"""
    return f"coalesce({text}, 'null')"


def _character(character: str) -> str:
    return f"chr({ord(character)})"
