"""Evaluates one version of the project in this process and prints its stacks as JSON.

    python -m ops.preview.evaluate ROOT STACK...     # the key that seals secrets comes by stdin

A process of its own for each version: both have modules of the same names. Program, components and
models are those of ROOT; the evaluator is always that of the working tree, so that what differs is
the program, never who looked at it. The answer is one JSON object, `stacks` or `error`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from ops.causes import cause
from ops.graph_json import graph_to_json
from ops.preview.seal import sealing
from ops.program import StandInCloud, evaluate
from ops.stack_files import read_stack_config

OURS = Path(__file__).resolve().parents[2]


def main() -> None:
    """Answer on standard output; what the program prints goes to standard error."""
    root, stacks, answer = Path(sys.argv[1]), sys.argv[2:], sys.stdout
    sys.stdout = sys.stderr
    seal = sealing(sys.stdin.buffer.read())
    _import_from(root)
    try:
        found = {"stacks": {stack: read_stack(root, stack, seal) for stack in stacks}}
    except Exception as error:  # noqa: BLE001 - a program may raise anything; it is the answer
        found = {"error": cause(error, root)}
    json.dump(found, answer)
    answer.flush()  # an error keeps what it passed through, and what is kept may never be flushed


def _import_from(root: Path) -> None:
    """Let modules come from `root`, and from nowhere else of ours."""
    own = {str(OURS), ""}
    sys.path[:] = [str(root), *(path for path in sys.path if path not in own)]


def read_stack(root: Path, stack: str, seal: Any) -> dict[str, Any] | None:  # noqa: ANN401 - see sealing
    """Return a stack's graph, settings and models; None where the project has no such stack."""
    if not (root / f"Pulumi.{stack}.yaml").is_file() and (root / "Pulumi.yaml").is_file():
        return None
    config = read_stack_config(root, stack)
    graph = evaluate(root, stack, StandInCloud(region=config.values.get("aws:region", "us-east-1")))
    return {
        "graph": graph_to_json(graph, root, seal),
        "settings": {
            key.removeprefix(f"{config.project}:"): value
            for key, value in config.values.items()
            if key not in config.secrets
        },
        "models": _models(root),
    }


def _models(root: Path) -> dict[str, Any]:
    found = importlib.import_module("models.load").load_models(root / "models")
    return {name: model.to_json() for name, model in found.items()}


if __name__ == "__main__":
    main()
