"""The booster of Flask's stack: as many trees, of the same rows, as the model that is measured."""
# pyright: basic, reportMissingImports=false
# xgboost is in an environment of its own (`make bench-serving-env`)

from __future__ import annotations

import csv
import sys

import numpy as np
import xgboost

SEXES = ("M", "F", "I")


def main(rows: str, trees: int, target: str) -> None:
    """Train on a file of rows, and save."""
    with open(rows, newline="", encoding="utf-8") as file:  # noqa: PTH123 - a name from the command
        read = list(csv.reader(file))
    matrix = [[*map(float, row[1:8]), *(float(row[0] == sex) for sex in SEXES)] for row in read]
    data = xgboost.DMatrix(np.array(matrix), [float(row[8]) for row in read])
    settings = {"eta": 0.05, "max_depth": 4, "min_child_weight": 5}
    xgboost.train(settings, data, trees).save_model(target)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
