"""`make preflight STACK=`: checks an Airflow environment before, and after, AWS makes it.

It only reads. Exit code: 0 if nothing failed, 1 if something did, 2 if nothing could be checked.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from models.load import load_models
from ops import terminal
from ops.aws import connect, explained
from ops.preflight.check import Status, run
from ops.preflight.checks import CHECKS
from ops.preflight.reading import read_caller, read_snapshot
from ops.preflight.table import show
from ops.preflight.wanted import read_wanted
from ops.program import StandInCloud
from ops.stack import evaluate_stack, load_stack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops.aws import ClientOf
    from ops.preflight.check import Result
    from ops.preflight.wanted import Wanted
    from ops.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
FAILED, BLIND = 1, 2


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--stack", default="", help="Whose environment: dev, prod, twin, ...")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs, not a table.")
@click.option("--strict", is_flag=True, help="Fail too on what is missing or may not be read.")
def cli(stack: str, *, as_json: bool, strict: bool) -> int:
    """Check what MWAA would only report after half an hour; read, and change nothing."""
    wanted, results = preflight(ROOT, stack)
    if as_json:
        document = {"stack": stack, "results": [result.to_json() for result in results]}
        click.echo(json.dumps(document, indent=2))
    else:
        title = f"{wanted.prefix} in {wanted.region}, account {wanted.account}"
        show(Console(), title, results)
    bad = frozenset(Status) - {Status.HOLDS} if strict else frozenset({Status.FAILED})
    return FAILED if any(result.status in bad for result in results) else 0


def preflight(
    root: Path,
    name: str,
    clients: ClientOf | None = None,
    *,
    values: Mapping[str, str] | None = None,
) -> tuple[Wanted, Sequence[Result]]:
    """Return what a stack wants, and what came of each check.

    Args:
        root: The folder of `Pulumi.yaml`.
        name: Names `Pulumi.<stack>.yaml`.
        clients: Gives boto3's clients; those of the environment's credentials if None.
        values: Settings that win over the stack's file, under full keys (`mlops:egress`).

    Raises:
        OpsError: Nothing could be checked.
    """
    stack = load_stack(root, name)
    clients = clients or connect(stack)[0].client
    with explained():
        caller = read_caller(clients)
        wanted = _wanted(root, stack, caller.account, values)
        return wanted, run(CHECKS, wanted, read_snapshot(clients, wanted, caller))


def _wanted(root: Path, stack: Stack, account: str, values: Mapping[str, str] | None) -> Wanted:
    """Return what the program wants in this very account: buckets are named after it."""
    cloud = StandInCloud(account=account, region=stack.region)
    graph = evaluate_stack(root, stack.name, cloud, values)
    return read_wanted(graph, stack.region, account, load_models(root / "models").values())


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    return terminal.run("preflight", lambda: cli(arguments, standalone_mode=False), failed=BLIND)
