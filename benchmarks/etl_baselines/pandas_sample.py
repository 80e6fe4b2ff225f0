"""pandas as samples do it: bad rows dropped, dummies, a shuffle, three files.

No validation, no quarantine and no statistics; numbers are written as `%.18e`.
"""
# pyright: basic, reportMissingImports=false
# pandas is in an environment of its own (`make bench-env`)

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

NUMBERS = ["length", "diameter", "height", "whole", "shucked", "viscera", "shell", "rings"]
NAMES = ["sex", *NUMBERS]


def main(source: str, target: Path) -> None:
    """Read, drop, shuffle, cut and write."""
    target.mkdir(parents=True, exist_ok=True)
    frame = pd.read_csv(
        source, header=None, names=NAMES, index_col=False, on_bad_lines="skip", low_memory=False
    )
    for name in NUMBERS:
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    frame = frame.dropna()
    rings = frame.pop("rings")
    frame = pd.get_dummies(frame, columns=["sex"], dtype=float)
    frame.insert(0, "rings", rings)
    rows = frame.to_numpy()
    rows = rows[np.random.default_rng(0).permutation(len(rows))]
    parts = np.split(rows, [int(0.7 * len(rows)), int(0.85 * len(rows))])
    for name, part in zip(("train", "validation", "test"), parts, strict=True):
        np.savetxt(target / f"{name}.csv", part, delimiter=",")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
