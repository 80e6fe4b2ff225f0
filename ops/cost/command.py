"""Prints what a stack costs in a month: `make cost STACK=dev`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from secrets import token_bytes

from rich.console import Console

from ops import terminal
from ops.cost.estimate import estimate
from ops.cost.table import show
from ops.preview.versions import evaluate_version
from ops.stack_names import some_stacks

ROOT = Path(__file__).resolve().parents[2]
STACKS = "dev,prod"


def main(arguments: list[str] | None = None) -> int:
    """Print the estimates; return the exit code, 1 if the program cannot be evaluated."""
    parser = argparse.ArgumentParser(prog="make cost", description=__doc__)
    parser.add_argument("--stack", default=STACKS, help="stacks, with commas between them")
    parser.add_argument("--json", action="store_true", help="JSON for programs, not a table")
    given = parser.parse_args(arguments)
    return terminal.run("cost", lambda: _print(given.stack, as_json=given.json))


def _print(stacks: str, *, as_json: bool) -> None:
    names = some_stacks(ROOT, stacks)
    versions = evaluate_version(ROOT, names, token_bytes(32), "the working tree")
    found = [estimate(one.graph, one.settings, one.models) for one in versions.values()]
    if as_json:
        document = {one.stack: one.to_json() for one in found}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        show(Console(), found)
