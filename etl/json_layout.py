"""Which keys mean which columns in a file of JSON Lines, judged by its first lines.

Refuses what cannot be the declared file at all: no line among the first has the contract's columns.
Single bad lines are the quarantine's business.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from etl.errors import EmptyObjectError, HeaderError, RecordFormatError
from etl.json_lines import PAIR, masked, unmasked
from etl.layout import Layout, Shape, column_name, other_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.contract import Contract

_LOOK_AT_LINES: Final = 20
_STYLES: Final = ((", ", ": "), (",", ":"), (",", ": "), (", ", ":"))
_PAIR: Final = re.compile(PAIR)


@dataclass(frozen=True)
class _Line:
    """The keys of a flat object as they are written there, and the columns that they mean."""

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[str, ...]
    text: str

    def fits(self, contract: Contract) -> bool:
        """Tell whether it has columns of the contract alone, each once, and all that it must."""
        needed = {column.name for column in contract.columns if not column.nullable}
        once = len(set(self.columns)) == len(self.columns)
        return once and needed <= set(self.columns) <= set(contract.names)


def read_json_layout(key: str, head: str, contract: Contract) -> Layout:
    """Judge an object by its first lines (plain text), blank ones left out.

    Raises:
        EmptyObjectError: there are no rows.
        RecordFormatError: they are no flat JSON objects, one a line.
        HeaderError: they have other keys than the contract has columns.
    """
    lines = [line for line in head.split("\n") if line.strip()][:_LOOK_AT_LINES]
    if not lines:
        raise EmptyObjectError("holds no lines", where=key, do="upload the file again, whole")
    flat = [found for found in map(_read, lines) if found]
    if not flat:
        raise RecordFormatError(
            "the first lines are no JSON objects",
            where=key,
            found=repr(lines[0]),
            expected="one flat JSON object a line",
            do=_hint(lines),
        )
    fitting = [line for line in flat if line.fits(contract)]
    if not fitting:
        raise _other_keys(key, flat, contract)
    return _layout(key, fitting, contract)


def is_json_lines(line: str) -> bool:
    """Tell whether a line is a flat JSON object."""
    found = _read(line)
    return found is not None and bool(found.keys)


def _layout(key: str, lines: Sequence[_Line], contract: Contract) -> Layout:
    """Return the layout of the first line that is whole; what it leaves out may be in another."""
    whole = max(lines, key=lambda line: len(line.columns))
    spelt = dict[str, str]()
    for line in (whole, *lines):
        for written, column in zip(line.keys, line.columns, strict=True):
            spelt.setdefault(column, written)
    order = [*whole.columns, *(name for name in contract.names if name not in whole.columns)]
    return Layout(
        key,
        header_record=0,
        positions=tuple(order.index(name) + 1 for name in contract.names),
        keys=tuple(spelt.get(name, name) for name in contract.names),
        shape=_shape(whole, lines) if len(whole.columns) == len(contract.columns) else None,
    )


def _shape(whole: _Line, lines: Sequence[_Line]) -> Shape | None:
    """Return how a line was put together, and from all of them which columns are texts."""
    quoted = {
        column
        for line in lines
        for column, value in zip(line.columns, line.values, strict=True)
        if value.startswith('"')
    }
    for comma, colon in _STYLES:
        pairs = zip(whole.keys, whole.values, strict=True)
        body = comma.join(f'"{key}"{colon}{value}' for key, value in pairs)
        if f"{{{body}}}" == whole.text:
            return Shape(comma, colon, frozenset(quoted))
    return None


def _read(line: str) -> _Line | None:
    """Return what the SQL sees of a line; None if that is no flat object."""
    body = masked(line.strip(" \t"))
    if not (body.startswith("{") and body.endswith("}")):
        return None
    inner = body[1:-1].strip(" \t")
    pairs = list(_PAIR.finditer("," + inner)) if inner else []
    if "".join(pair[0] for pair in pairs) != ("," + inner if inner else ""):
        return None
    keys = tuple(pair[1] for pair in pairs)
    columns = tuple(column_name(_decoded(one)) for one in keys)
    return _Line(keys, columns, tuple(pair[2] for pair in pairs), body)


def _decoded(key: str) -> str:
    try:
        return str(json.loads(f'"{unmasked(key)}"'))
    except ValueError:
        return key


def _hint(lines: Sequence[str]) -> str:
    first = lines[0].strip()
    if first.startswith("["):
        return "is this one JSON array? `jq -c '.[]'` writes its objects one a line"
    if first == "{" or (first.startswith("{") and not first.endswith("}")):
        return "does an object go over several lines? `jq -c .` writes each on one"
    if first.startswith("{"):
        return "are values objects or lists? they have to be texts, numbers, true, false or null"
    return "is this delimited text? then say type: csv under data.format"


def _other_keys(key: str, lines: Sequence[_Line], contract: Contract) -> HeaderError:
    names = max(
        (line.columns for line in lines), key=lambda found: len({*found} & {*contract.names})
    )
    return other_columns(key, names, contract, "the keys of the first lines name")
