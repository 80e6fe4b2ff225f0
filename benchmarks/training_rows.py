"""A training job of any number of rows, laid out as SageMaker does.

    python -m benchmarks.training_rows 10000000 100 FOLDER    # rows, rounds

Ten columns: a word, nine numbers; and the target, a number. Eight tenths of the rows are for
training, a tenth each for validation and test. The same numbers give the same files. Runs in the
image's environment.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

AT_ONCE: Final = 500_000
"""Rows of a file."""

NUMBERS: Final = tuple(f"x{place}" for place in range(9))
WORDS: Final = ("a", "b", "c")
ERROR: Final = "by_hand.rmse"
"""The file with the error of XGBoost by hand."""

_SHARE: Final = 0.1
_SEED: Final = 1


def main(rows: int, rounds: int, folder: Path) -> None:
    """Write all of a job's input."""
    chance = np.random.default_rng(_SEED)
    part = round(rows * _SHARE)
    for split, count in (("train", rows - 2 * part), ("validation", part), ("test", part)):
        for first in range(0, count, AT_ONCE):
            path = folder / "input/data" / split / f"part-{first // AT_ONCE:05d}.csv"
            write_part(path, min(AT_ONCE, count - first), chance)
    columns: list[dict[str, Any]] = [
        {"name": "word", "kind": "categorical", "values": WORDS},
        *({"name": name, "kind": "numeric"} for name in (*NUMBERS, "y")),
    ]
    write_json(
        folder / "input/data/dataset/manifest.json", {"schema": {"columns": columns, "target": "y"}}
    )
    texts = {"algorithm": "xgboost", "rounds": str(rounds), "trials": "1"}
    write_json(folder / "input/config/hyperparameters.json", texts)


def write_part(path: Path, rows: int, chance: np.random.Generator) -> None:
    """Write a file of rows whose target follows from some of the columns, and noise."""
    arrow: Any = import_module("pyarrow")
    writer: Any = import_module("pyarrow.csv")
    numbers = np.round(chance.normal(size=(rows, len(NUMBERS))), 4)
    words = chance.integers(0, len(WORDS), rows)
    waves = np.sin(3 * numbers[:, 1]) + numbers[:, 2] * numbers[:, 3]
    target = np.round(2 * numbers[:, 0] + waves + words + chance.normal(size=rows) / 2, 3)
    columns = {name: numbers[:, place] for place, name in enumerate(NUMBERS)}
    table = arrow.table({"word": np.array(WORDS)[words], **columns, "y": target})
    path.parent.mkdir(parents=True, exist_ok=True)
    writer.write_csv(table, path, writer.WriteOptions(include_header=False))


def write_json(path: Path, document: object) -> None:
    """Write a document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
