"""Files of any number of rows for the ETL's benchmark: abalone again and again, a bit different.

    python -m benchmarks.etl_rows 1000000 rows.csv

One row in a thousand is wrong, in one of eight ways. The same number gives the same file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import numpy as np

from twin.sample import abalone

_SEED: Final = 7
_AT_ONCE: Final = 500_000
_WRONG: Final = 0.001
_JITTER: Final = 0.02
_DECIMALS: Final = 4


def main(rows: int, path: Path) -> None:
    """Write a file of so many rows. Abalone's own number gives abalone itself."""
    sample = abalone().decode().split()
    if rows == len(sample):
        path.write_bytes(abalone())
        return
    chance = np.random.default_rng(_SEED + rows)
    with path.open("w", encoding="utf-8") as stream:
        for start in range(0, rows, _AT_ONCE):
            lines = _lines(sample, min(_AT_ONCE, rows - start), chance)
            stream.write("\n".join(lines) + "\n")


def _lines(sample: list[str], count: int, chance: np.random.Generator) -> list[str]:
    fields = [line.split(",") for line in sample]
    chosen = chance.integers(0, len(sample), count)
    numbers = np.array([[float(field) for field in row[1:8]] for row in fields])[chosen]
    numbers *= 1 + chance.uniform(-_JITTER, _JITTER, numbers.shape)
    columns = [
        np.array([row[0] for row in fields])[chosen].tolist(),
        *([f"{value:g}" for value in column] for column in np.round(numbers, _DECIMALS).T.tolist()),
        np.array([row[8] for row in fields])[chosen].tolist(),
    ]
    lines = [",".join(row) for row in zip(*columns, strict=True)]
    for place in np.flatnonzero(chance.random(count) < _WRONG).tolist():
        lines[place] = _wrong(lines[place], int(chance.integers(0, 8)))
    return lines


def _wrong(line: str, way: int) -> str:
    row = line.split(",")
    ways = (
        ["X", *row[1:]],
        [row[0], "abc", *row[2:]],
        [*row[:2], "", *row[3:]],
        [*row[:3], "-0.5", *row[4:]],
        [*row[:8], "99"],
        [*row[:8], "7.5"],
        row[:7],
        [*row, "1", "2"],
    )
    return ",".join(ways[way])


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
