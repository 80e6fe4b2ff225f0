"""Prints what a stack costs in a month: `make cost STACK=dev`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING

from rich.console import Console

from ops.cost.estimate import estimate
from ops.cost.table import show
from ops.preview.errors import PreviewError
from ops.preview.versions import evaluate_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.cost.estimate import Estimate

ROOT = Path(__file__).resolve().parents[2]
STACKS = "dev,prod"


def main(arguments: list[str] | None = None) -> int:
    """Print the estimates; return the exit code, 1 if the program cannot be evaluated."""
    parser = argparse.ArgumentParser(prog="make cost", description=__doc__)
    parser.add_argument("--stack", default=STACKS, help="stacks, with commas between them")
    parser.add_argument("--json", action="store_true", help="JSON for programs, not a table")
    given = parser.parse_args(arguments)
    stacks = [name.strip() for name in given.stack.split(",") if name.strip()]
    try:
        found = _estimates(stacks)
    except PreviewError as error:
        sys.stderr.write(f"{error}\n".replace("preview:", "cost:", 1))
        return 1
    if given.json:
        document = {one.stack: one.to_json() for one in found}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        show(Console(), found)
    return 0


def _estimates(stacks: Sequence[str]) -> list[Estimate]:
    versions = evaluate_version(ROOT, stacks, token_bytes(32), "the working tree")
    for stack, version in versions.items():
        if not version.exists:
            raise PreviewError(
                f"there is no stack {stack!r}",
                do=f"name one that has its Pulumi.<stack>.yaml: make cost STACK={STACKS}",
            )
    return [estimate(one.graph, one.settings, one.models) for one in versions.values()]


if __name__ == "__main__":
    sys.exit(main())
