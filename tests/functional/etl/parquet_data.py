"""Parquet with columns of every type, and what may be wrong in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.etl.lake import Document

PARQUET_CONTRACT: Final[Document] = {
    "format": {"type": "parquet"},
    "columns": [
        {"name": "sex", "kind": "categorical", "values": ["M", "F", "1"]},
        {"name": "town", "kind": "categorical", "max_values": 50, "nullable": True},
        {"name": "small", "kind": "integer", "min": -128, "max": 100},
        {"name": "large", "kind": "numeric", "nullable": True},
        {"name": "price", "kind": "numeric", "nullable": True},
        {"name": "fine", "kind": "numeric", "nullable": True, "fill": 0},
        {"name": "weight", "kind": "numeric", "nullable": True},
        {"name": "ratio", "kind": "numeric", "nullable": True},
        {"name": "ok", "kind": "boolean", "nullable": True},
        {"name": "flag", "kind": "boolean", "nullable": True},
        {"name": "day", "kind": "date", "format": "%d.%m.%Y", "features": ["year"]},
        {
            "name": "noon",
            "kind": "date",
            "format": "%Y-%m-%d",
            "features": ["day"],
            "nullable": True,
        },
        {"name": "at", "kind": "timestamp", "format": "%Y-%m-%dT%H:%M", "features": ["hour"]},
        {
            "name": "seen",
            "kind": "timestamp",
            "format": "%Y%m%d %H%M%S",
            "features": ["hour"],
            "nullable": True,
        },
        {"name": "told", "kind": "categorical", "max_values": 2000, "nullable": True},
        {"name": "note", "kind": "text", "nullable": True},
        {"name": "customer", "kind": "identifier"},
        {"name": "rings", "kind": "integer", "min": 0, "max": 40},
    ],
    "target": "rings",
    "split": {"train": 0.5, "validation": 0.25, "test": 0.25, "by": "customer"},
    "max_quarantine": 0.9,
    "min_test_rows": 1,
}

_DOUBLES: Final = (
    *("0", "-0.0", "0.1", "0.3", "1.5", "-2", "123456789012345", "1e15", "1e22", "1e300", "1e-5"),
    *("1e-9", "4.9e-324", "2e23", "8.41e21", "2.0e-3", "1e7", "1.0e-3", "inf", "-inf", "nan"),
    *("0.30000000000000004", "5e-9", "9.999999e-9", "999999999999999.9", "0.9999999999999999"),
)
_FLOATS: Final = tuple(text for text in _DOUBLES if text not in ("1e300", "4.9e-324"))
_DECIMALS: Final = ("0", "1.5", "-0.00000001", "0.1", "100", "0.00009999", "-12345.67890000")


def _any(texts: tuple[str, ...], kind: str, seed: int) -> str:
    """Return an expression for one of the values, by the row's number."""
    listed = ", ".join(f"'{text}'::{kind}" for text in texts)
    return f"[{listed}][1 + (hash(i, {seed}) % {len(texts)})::int]"


COLUMNS: Final = {
    "rings": "(i % 41)::int",
    "Sex": _any(("M", "F", "1", "M", "F", "X", "", " M "), "varchar", 1),
    "town": _any(
        ("Ulm", "a, b", 'x "y"', "é🍷", "two\nlines", "bell\x07", "", "tab\there"), "varchar", 2
    ),
    "small": "(i % 256 - 128)::tinyint",
    "large": "case when i % 9 = 0 then null else (hash(i) % 1010000000000000)::ubigint end",
    "price": f"case when i % 7 > 0 then {_any(_DECIMALS, 'decimal(38,20)', 3)} end",
    "fine": f"case when i % 5 > 0 then {_any(_DECIMALS, 'decimal(18,8)', 4)} end",
    "weight": f"case when i % 3 > 0 then {_any(_DOUBLES, 'double', 5)} else sqrt(i) / 1e3 end",
    "ratio": f"case when i % 3 > 0 then {_any(_FLOATS, 'float', 6)} else (i / 7)::float end",
    "ok": "case when i % 4 > 0 then i % 4 = 1 end",
    "flag": "(i % 2)::double",
    "day": "(date '1970-01-01' + (i * 331 % 40000 - 9000)::int)::date",
    "noon": "case when i % 5 > 0 then make_timestamp_ns(86400000000000 * (i % 999 - 99)"
    " + case when i % 11 = 0 then 1 else 0 end) end",
    "at": "make_timestamp(i * 7654321987 - 3000000000000)::timestamptz",
    "seen": "case when i % 6 > 0 then make_timestamp_ms(i * 987654321 - 900000000000) end",
    "told": "case when i % 2 > 0 then make_timestamp_ns(i * 1234567891234 - 1000000000000001) end",
    "note": _any(("it''s \\\\", '{"a": 1}', "x\ny\x01", "", " "), "varchar", 8),
    "customer": "(i % 97)::usmallint",
}


def write_parquet(path: Path, rows: int, options: str = "", **columns: str) -> bytes:
    """Write a file with these rows, with some columns of one's own, and return its bytes."""
    listed = ", ".join(f'{value} as "{name}"' for name, value in (COLUMNS | columns).items())
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("set TimeZone = 'UTC'")
        database.execute(
            f"copy (select {listed} from range({rows}) as numbers(i))"  # noqa: S608 - a test's own
            f" to '{path}' (format parquet{options})"
        )
    return path.read_bytes()
