"""Tables of files whose columns have names of their own: JSON Lines and Parquet."""
# ruff: noqa: S608 - names are ours, texts go through `literal` and `quoted`

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import duckdb

from ops.draft.names import names_of
from ops.draft.rows import LINES, literal, quoted, table_of
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.draft.rows import Rows
    from ops.draft.source import Source

_MOSTLY: Final = 0.5
_FLAT: Final = re.compile(
    r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(.*\)|FLOAT|DOUBLE|BOOLEAN|VARCHAR"
    r"|ENUM\(.*\)|UUID|DATE|TIMESTAMP.*"
)
_NO_OBJECT: Final = "row: not a flat JSON object"
_TWICE: Final = "row: the same key twice"


def read_json_lines(database: duckdb.DuckDBPyConnection, source: Source) -> Rows:
    """Read a flat object from each line.

    Raises:
        OpsError: there are none, or their keys can't name columns.
    """
    lines = LINES.format(path=literal(str(source.plain)), skip=0)
    database.execute(f"create table lines as select raw from {lines} where trim(raw, ' \t') <> ''")
    database.execute(
        "create table objects as select raw, case when json_valid(raw) then json_type(raw) end"
        " = 'OBJECT' as sound from lines"
    )
    keys = _keys(database)
    if not keys:
        raise _no_objects(source)
    names = names_of(keys, source.name, ",")
    texts = [
        f"nullif(trim(case when sound then {_json_text(key)} end, ' \t'), '') as c_{name}"
        for key, name in zip(keys, names, strict=True)
    ]
    nested = [f"json_type(raw, {_path(key)}) in ('OBJECT', 'ARRAY')" for key in keys]
    twice = "len(json_keys(raw)) <> len(list_distinct(json_keys(raw)))"
    database.execute(
        f"create table cut as select {', '.join(texts)}, case"
        f" when sound is not true or {' or '.join(nested)} then '{_NO_OBJECT}'"
        f" when {twice} then '{_TWICE}' end as fault from objects"
    )
    found = table_of(database, names, keys)
    nested_keys = _nested_keys(database, keys)
    if nested_keys and found.broken[_NO_OBJECT] > _MOSTLY * found.count:
        raise _nested(source, nested_keys)
    return found


def read_parquet(database: duckdb.DuckDBPyConnection, source: Source) -> Rows:
    """Read the columns as texts.

    Raises:
        OpsError: it cannot be read, or has columns that are no values.
    """
    file = f"read_parquet({literal(str(source.plain))})"
    try:
        described = database.execute(f"describe select * from {file}").fetchall()
    except duckdb.Error as error:
        raise OpsError(
            "DuckDB cannot read it",
            resource=source.name,
            found=str(error).split("\n", maxsplit=1)[0],
            expected="a whole Parquet file",
            do="fetch or write it again",
        ) from error
    types = {str(name): str(kind) for name, kind, *_ in described}
    wrong = [f"{name}: {kind}" for name, kind in types.items() if not _FLAT.fullmatch(kind)]
    if wrong:
        raise _nested(source, wrong)
    names = names_of([*types], source.name, ",")
    texts = [
        f"nullif(trim({_as_text(key, kind)}, ' \t'), '') as c_{name}"
        for (key, kind), name in zip(types.items(), names, strict=True)
    ]
    database.execute(
        f"create table cut as select {', '.join(texts)}, null::varchar as fault from {file}"
    )
    return table_of(database, names, [*types])


def _keys(database: duckdb.DuckDBPyConnection) -> list[str]:
    """Return all keys, those of the first object first."""
    found = database.execute(
        "select key, min(place) from (select unnest(json_keys(raw)) as key,"
        " generate_subscripts(json_keys(raw), 1) as place from objects where sound)"
        " group by key order by 2, 1"
    )
    return [str(key) for key, _ in found.fetchall()]


def _json_text(key: str) -> str:
    """Return a value as text: numbers as they were written, `0.50` is not `0.5`."""
    pattern = literal(f'"{re.escape(key)}"\\s*:\\s*([-+.eE0-9]+)')
    return (
        f"case when json_type(raw, {_path(key)}) = 'DOUBLE' then regexp_extract(raw, {pattern}, 1)"
        f" else json_extract_string(raw, {_path(key)}) end"
    )


def _path(key: str) -> str:
    return literal(f'$."{key}"')


def _nested_keys(database: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> list[str]:
    counts = ", ".join(
        f"count(*) filter (json_type(raw, {_path(key)}) in ('OBJECT', 'ARRAY'))" for key in keys
    )
    found = database.execute(f"select {counts} from objects where sound").fetchall()[0]
    return [key for key, count in zip(keys, found, strict=True) if count]


def _as_text(key: str, kind: str) -> str:
    if kind.startswith("TIMESTAMP"):
        moment = f"{quoted(key)} at time zone 'UTC'" if "ZONE" in kind else quoted(key)
        return f"strftime({moment}, '%Y-%m-%d %H:%M:%S')"
    return f"{quoted(key)}::varchar"


def _nested(source: Source, found: Sequence[str]) -> OpsError:
    return OpsError(
        "there are columns that are no single values",
        resource=source.name,
        found=", ".join(found),
        expected="numbers, texts, booleans, dates and timestamps",
        do="write the file again without these columns, or with one for each value in them",
    )


def _no_objects(source: Source) -> OpsError:
    return OpsError(
        "there is no JSON object in it",
        resource=source.name,
        expected='an object a line, such as {"sold": "2024-12-31", "price": 12.5}',
        do="export the table again",
    )
