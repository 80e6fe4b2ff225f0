"""Checks a stack's Airflow environment before, and after, AWS makes it: `make preflight STACK=dev`.

It only reads. Exit code: 0 if nothing failed, 1 if something did, 2 if nothing could be checked.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from models.load import load_models
from ops.preflight.check import Status, run
from ops.preflight.checks import CHECKS
from ops.preflight.errors import PreflightError
from ops.preflight.reading import read_caller, read_snapshot
from ops.preflight.table import show
from ops.preflight.wanted import read_wanted
from ops.program import StandInCloud, evaluate
from ops.stack_files import StackFileError, read_stack_config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops.preflight.check import Result
    from ops.preflight.reading import Clients
    from ops.preflight.wanted import Wanted

ROOT = Path(__file__).resolve().parents[2]
FAILED, BLIND = 1, 2
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 20, 3


def main(arguments: list[str] | None = None) -> int:
    """Print what came of the checks; return the exit code."""
    parser = argparse.ArgumentParser(prog="make preflight", description=__doc__)
    parser.add_argument("stack", help="names Pulumi.<stack>.yaml")
    parser.add_argument("--json", action="store_true", help="JSON for programs, not a table")
    parser.add_argument(
        "--strict", action="store_true", help="fail too on what is not there or may not be read"
    )
    given = parser.parse_args(arguments)
    try:
        wanted, results = preflight(ROOT, given.stack)
    except PreflightError as error:
        sys.stderr.write(f"{error}\n")
        return BLIND
    if given.json:
        document = {"stack": given.stack, "results": [result.to_json() for result in results]}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        title = f"{wanted.prefix} in {wanted.region}, account {wanted.account}"
        show(Console(), title, results)
    return FAILED if any(result.status in _bad(strict=given.strict) for result in results) else 0


def _bad(*, strict: bool) -> frozenset[Status]:
    return frozenset(Status) - {Status.HOLDS} if strict else frozenset({Status.FAILED})


def preflight(
    root: Path,
    stack: str,
    clients: Clients | None = None,
    *,
    values: Mapping[str, str] | None = None,
) -> tuple[Wanted, Sequence[Result]]:
    """Return what a stack wants, and what came of each check.

    Args:
        root: The folder of `Pulumi.yaml`.
        stack: Names `Pulumi.<stack>.yaml`.
        clients: Gives boto3's clients; those of the environment's credentials if None.
        values: Settings that win over the stack's file, under full keys (`mlops:egress`).

    Raises:
        PreflightError: Nothing could be checked.
    """
    region = _region(root, stack)
    clients = clients or clients_of(boto3.session.Session(region_name=region))
    try:
        caller = read_caller(clients)
        wanted = _wanted(root, stack, caller.account, region, values)
        snapshot = read_snapshot(clients, wanted, caller)
    except (BotoCoreError, ClientError) as error:
        raise PreflightError(
            f"AWS does not answer: {' '.join(str(error).split())}",
            do="set AWS_PROFILE or AWS_ACCESS_KEY_ID to credentials that work, and see that "
            "the network (or AWS_ENDPOINT_URL) reaches AWS",
        ) from error
    return wanted, run(CHECKS, wanted, snapshot)


def _region(root: Path, stack: str) -> str:
    try:
        region = read_stack_config(root, stack).values.get("aws:region")
    except StackFileError as error:
        raise PreflightError(str(error), do="name a stack that has its file") from error
    if region is None:
        raise PreflightError(
            f"Pulumi.{stack}.yaml names no region", do="set aws:region in it, such as us-east-1"
        )
    return region


def _wanted(
    root: Path, stack: str, account: str, region: str, values: Mapping[str, str] | None
) -> Wanted:
    """Return what the program wants in this very account.

    Raises:
        PreflightError: The program, or a model file, says no by itself.
    """
    try:
        cloud = StandInCloud(account=account, region=region)
        graph = evaluate(root, stack, cloud, values=values)
        models = load_models(root / "models").values()
    except Exception as error:
        raise PreflightError(
            f"the program cannot be evaluated: {error}", do="correct what it names, then try again"
        ) from error
    return read_wanted(graph, region, account, models)


def clients_of(session: Any, endpoint: str | None = None) -> Clients:  # noqa: ANN401 - boto3 makes classes at run time
    """Return what makes a session's clients: quick to give up, for a person waits.

    Args:
        session: A session of boto3, in the stack's region.
        endpoint: Where AWS answers; its own addresses, or `AWS_ENDPOINT_URL`, if None.
    """
    from botocore.config import Config

    made: dict[str, Any] = {}
    making = threading.Lock()  # clients may be shared between threads, but not made in several

    def client(service: str) -> Any:  # noqa: ANN401 - as above
        with making:
            return made.get(service) or make(service)

    def make(service: str) -> Any:  # noqa: ANN401 - as above
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        found = session.client(service, config=config, endpoint_url=endpoint)
        if ".amazonaws." not in found.meta.endpoint_url:
            # A local address has no hosts of MWAA's `api.` and `env.` before it.
            config = config.merge(Config(inject_host_prefix=False))
            found = session.client(service, config=config, endpoint_url=endpoint)
        made[service] = found
        return found

    return client


if __name__ == "__main__":
    sys.exit(main())
