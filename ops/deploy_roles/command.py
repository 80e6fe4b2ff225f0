"""Prints the roles that the workflows take on: `make deploy-roles REPOSITORY=owner/name ...`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ops import terminal
from ops.deploy_roles.place import ARGUMENTS, read_place
from ops.deploy_roles.roles import deploy_roles
from ops.program import StandInCloud
from ops.stack import evaluate_stack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops.graph import Graph

ROOT: Final = Path(__file__).resolve().parents[2]
STACKS: Final = ("dev", "prod")
VARIANTS: Final[tuple[dict[str, str], ...]] = (
    {"mlops:reviewPullRequests": "true"},
    {"mlops:source": "connection", "mlops:sourceRepository": "owner/name"},
    {"mlops:alarmEmail": "somebody@example.com", "mlops:monthlyBudget": "1"},
)
"""Settings that add resources: a role is for every setting of its stack."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the roles as JSON; return the exit code."""
    parser = argparse.ArgumentParser(prog="make deploy-roles", description=__doc__)
    for name, (_, what) in ARGUMENTS.items():
        parser.add_argument(f"--{name}", default="", help=what)
    given = vars(parser.parse_args(arguments))
    return terminal.run("deploy-roles", lambda: _print(given))


def _print(given: Mapping[str, str]) -> None:
    place = read_place(given)
    sys.stdout.write(json.dumps(deploy_roles(place, stack_graphs()), indent=2) + "\n")


def stack_graphs() -> dict[str, list[Graph]]:
    """Return what the program of this folder declares, by stack and in each variant."""
    return {
        stack: [evaluate_stack(ROOT, stack, StandInCloud(), values) for values in VARIANTS]
        for stack in STACKS
    }
