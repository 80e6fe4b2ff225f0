"""What somebody writes who has XGBoost and enough memory: the baseline of `make bench-training`.

    python -m benchmarks.training_by_hand FOLDER    # a job of benchmarks.training_rows

All rows as one array of 32-bit numbers, a quantile matrix of it, the trees, and the error on the
test rows, which stays in the folder. Runs in the image's environment.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.training_rows import ERROR, NUMBERS, WORDS
from training_image.booster import Growth
from training_image.hyperparameters import parse_hyperparameters
from training_image.machine import processors
from training_image.objectives import OBJECTIVES
from training_image.search import TREES

if TYPE_CHECKING:
    from numpy.typing import NDArray


def main(folder: Path) -> None:
    """Train with the settings that the job has."""
    xgboost: Any = import_module("xgboost")
    texts = json.loads((folder / "input/config/hyperparameters.json").read_bytes())
    chosen = parse_hyperparameters(texts)
    settings = chosen.tree_settings(TREES[0])
    objective = OBJECTIVES["squared_error"]
    parameters = Growth(objective, 0, settings, chosen.rounds).parameters(processors())
    train = xgboost.QuantileDMatrix(*read(folder / "input/data/train"))
    validation = xgboost.QuantileDMatrix(*read(folder / "input/data/validation"), ref=train)
    booster = xgboost.train(
        parameters,
        train,
        chosen.rounds,
        evals=[(validation, "validation")],
        early_stopping_rounds=chosen.early_stopping_rounds,
        verbose_eval=False,
    )
    matrix, target = read(folder / "input/data/test")
    error = booster.inplace_predict(matrix) - target
    (folder / ERROR).write_text(f"{float(np.sqrt((error**2).mean())):.4f}", encoding="utf-8")


def read(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return all rows of a split and their targets."""
    reader: Any = import_module("pyarrow.csv")
    compute: Any = import_module("pyarrow.compute")
    arrow: Any = import_module("pyarrow")
    options = reader.ReadOptions(column_names=["word", *NUMBERS, "y"])
    table = arrow.concat_tables(
        reader.read_csv(file, options) for file in sorted(folder.glob("*.csv"))
    )
    columns = [table[name] for name in NUMBERS]
    columns += [compute.equal(table["word"], word) for word in WORDS]
    matrix = np.empty((table.num_rows, len(columns)), dtype=np.float32)
    for place, column in enumerate(columns):
        matrix[:, place] = column.to_numpy()
    return matrix, table["y"].to_numpy().astype(np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
