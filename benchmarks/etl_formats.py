"""The same rows in each format of raw files, for the ETL's benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Format = dict[str, object]

_WEIGHTS: Final = ("whole_weight", "shucked_weight", "viscera_weight", "shell_weight")
_NUMBERS: Final = ("length", "diameter", "height", *_WEIGHTS)
_TYPES: Final = {"sex": "VARCHAR", **dict.fromkeys(_NUMBERS, "DECIMAL(9,4)"), "rings": "INTEGER"}
_DOUBLES: Final = ", ".join(f"{name}::double as {name}" for name in _NUMBERS)

TEXT: Final[Format] = {"type": "csv", "delimiter": ",", "header": False}
OTHERS: Final[tuple[tuple[str, str, str, str, Format], ...]] = (
    ("text, gzip", "rows.csv.gz", "*", "format csv, header false, compression gzip", TEXT),
    (
        "text, one column in quotes",
        "q.csv",
        "*",
        "format csv, header false, force_quote (sex)",
        TEXT,
    ),
    ("JSON Lines", "rows.jsonl", "*", "format json", {"type": "jsonl"}),
    ("Parquet, decimals", "decimals.parquet", "*", "format parquet", {"type": "parquet"}),
    (
        "Parquet, doubles",
        "doubles.parquet",
        f"* replace ({_DOUBLES})",
        "format parquet",
        {"type": "parquet"},
    ),
)


def write_formats(source: Path) -> Iterator[tuple[str, Path, Format]]:
    """Yield each format's name, a file with the rows that are sound, and what a contract says."""
    rows = f"read_csv('{source}', header=false, ignore_errors=true, columns={_TYPES})"
    for name, file, columns, how, form in (
        ("text", "rows.csv", "*", "format csv, header false", TEXT),
        *OTHERS,
    ):
        path = source.parent / file
        duckdb.sql(f"copy (select {columns} from {rows}) to '{path}' ({how})")  # noqa: S608 - our own
        yield name, path, form
        path.unlink()
