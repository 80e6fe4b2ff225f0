"""What training costs beside XGBoost fed by hand from memory, in one run.

    make bench-training                             # 10 M rows of 10 columns: some ten minutes
    make bench-training ARGS="--rows 1000000"       # fewer rows
    make bench-training ARGS="--rounds 20"          # fewer trees

Each is a whole process, with the same rows, settings and trees; the least of several runs counts,
which are made in turns. The job does more: it checks all rows, writes an artifact, proves it on all
test rows and measures it. It decides nothing: it prints.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.etl import MILLION, ROOT, Cost, least, measure
from benchmarks.training_rows import ERROR
from etl.machine import this_machine

IMAGE_PYTHON: Final = str(ROOT / ".venv-image" / "bin" / "python")
JOB: Final = "the training job"
BY_HAND: Final = "XGBoost by hand"
MOST_MEMORY: Final = 1_100
MOST_TIME: Final = 1.1


def main() -> None:
    """Measure both and print the table."""
    parser = argparse.ArgumentParser(prog="make bench-training", description="What training costs.")
    parser.add_argument("--rows", type=int, default=10 * MILLION)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--times", type=int, default=2, help="runs of each, the best counts")
    parser.add_argument("--folder", help="where the files go; 1.5 GB for 10 M rows")
    asked = parser.parse_args()
    console = Console()
    console.print(f"{this_machine()}, {platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="bench-training-", dir=asked.folder) as folder:
        show(console, asked, compare(Path(folder), asked), Path(folder))


def compare(folder: Path, asked: argparse.Namespace) -> dict[str, Cost]:
    """Measure both on the same job, in turns."""
    numbers = (str(asked.rows), str(asked.rounds))
    make = [IMAGE_PYTHON, "-m", "benchmarks.training_rows", *numbers, str(folder)]
    subprocess.run(make, cwd=ROOT, check=True)  # noqa: S603 - our own
    commands = {
        JOB: [
            *("env", f"SAGEMAKER_BASE_DIR={folder}"),
            *(IMAGE_PYTHON, "-m", "training_image", "train"),
        ],
        BY_HAND: [IMAGE_PYTHON, "-m", "benchmarks.training_by_hand", str(folder)],
    }
    runs: dict[str, list[Cost]] = {}
    for _ in range(asked.times):
        for name, command in commands.items():
            runs.setdefault(name, []).append(measure(command))
    return {name: least(costs) for name, costs in runs.items()}


def show(console: Console, asked: argparse.Namespace, costs: dict[str, Cost], folder: Path) -> None:
    """Print the costs side by side."""
    table = Table(title=f"{asked.rows:,} rows of 10 columns, {asked.rounds} trees, whole processes")
    for column in ("", "wall", "processor", "memory"):
        table.add_column(column, justify="right" if column else "left")
    for name, cost in costs.items():
        table.add_row(
            name, f"{cost.seconds:.1f} s", f"{cost.processor:.1f} s", f"{cost.memory:.0f} MB"
        )
    console.print(table)
    wall = costs[JOB].seconds / costs[BY_HAND].seconds
    busy = costs[JOB].processor / costs[BY_HAND].processor
    console.print(
        f"the job takes {wall:.2f} times the time of XGBoost by hand (at most {MOST_TIME}),"
        f" {busy:.2f} times its processor time; at most {MOST_MEMORY} MB"
    )
    evaluation = json.loads((folder / "model/evaluation.json").read_bytes())
    error, by_hand = evaluation["metrics"]["rmse"]["value"], (folder / ERROR).read_text("utf-8")
    console.print(f"rmse {error:.4f}, by hand {by_hand}; rows {evaluation['rows']}")


if __name__ == "__main__":
    sys.exit(main())
