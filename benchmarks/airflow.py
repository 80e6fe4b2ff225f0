"""What the twin's Airflow costs: start, a new zip, ten tasks, memory; with and without shortcuts.

    python -m benchmarks.airflow

The ten tasks do what this project's do at least: each makes clients of S3 and SageMaker. It decides
nothing: it prints.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil
from rich.console import Console
from rich.table import Table

from twin.airflow.server import Airflow
from twin.settings import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS: Final = 5
LONGEST_SECONDS: Final = 90.0
NOWHERE: Final = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
}

DAG: Final = """
from __future__ import annotations
from airflow.sdk import DAG, chain, task

@task
def work():
    import boto3
    boto3.client("s3"), boto3.client("sagemaker")

with DAG("ten", schedule=None, catchup=False, is_paused_upon_creation=False):
    chain(*[work.override(task_id=f"work_{number}")() for number in range(10)])
"""


@dataclass(frozen=True)
class Cost:
    """What was measured: seconds, and megabytes of proportional set size."""

    ready: float
    known: float
    run: float
    idle_memory: float
    memory: float


def main() -> None:
    """Measure with and without shortcuts, after a start that makes the database's template."""
    with tempfile.TemporaryDirectory(prefix="airflow-") as folder:
        workspace = Workspace(Path(folder))
        measure(workspace, shortcuts=True, runs=1)
        found = {taken: measure(workspace, shortcuts=taken, runs=RUNS) for taken in (True, False)}
    show(found)


def measure(workspace: Workspace, *, shortcuts: bool, runs: int) -> Cost:
    """Start an Airflow, give it a zip, run it some times, stop it."""
    workspace.run.mkdir(parents=True, exist_ok=True)
    for stale in workspace.run.rglob("*.zip"):
        stale.unlink()
    began = time.monotonic()
    airflow = Airflow.start(workspace, NOWHERE, {}, shortcuts=shortcuts)
    try:
        airflow.wait_ready(LONGEST_SECONDS)
        ready = time.monotonic() - began
        idle = memory()
        known = timed(lambda: put_dag(airflow))
        took = [timed(lambda number=number: run(airflow, f"r{number}")) for number in range(runs)]
        return Cost(ready, known, statistics.median(took), idle, memory())
    finally:
        airflow.stop()


def put_dag(airflow: Airflow) -> None:
    """Put the zip into the DAGs folder and wait until its DAG is known."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("retrain.py", DAG)
    unfinished = airflow.places.home / "unfinished.zip"
    unfinished.write_bytes(content.getvalue())
    unfinished.replace(airflow.places.dags / "retrain.zip")
    wait_for(lambda: airflow.request("GET", "/dags/ten").ok)


def run(airflow: Airflow, run_id: str) -> None:
    """Run the DAG once, to its end."""
    body = {"dag_run_id": run_id, "logical_date": None}
    airflow.request("POST", "/dags/ten/dagRuns", body)
    path = f"/dags/ten/dagRuns/{run_id}"
    wait_for(lambda: airflow.request("GET", path).document["state"] in ("success", "failed"))


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)


def memory() -> float:
    """Return what all processes below this one weigh, in megabytes."""
    below = psutil.Process().children(recursive=True)
    return sum(process.memory_full_info().pss for process in below) / 1e6


def timed(work: Callable[[], object]) -> float:
    """Return how long the work took, in seconds."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def show(found: dict[bool, Cost]) -> None:
    """Print both side by side."""
    table = Table(title=f"The twin's Airflow (median of {RUNS} runs)")
    for column in ("figure", "with shortcuts", "without"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    names = {
        "ready": "start to ready, s",
        "known": "new zip to known DAG, s",
        "run": "ten tasks with boto3 clients, s",
        "idle_memory": "memory when ready, MB (PSS)",
        "memory": "memory after the runs, MB (PSS)",
    }
    for member, name in names.items():
        table.add_row(name, *(f"{getattr(found[taken], member):.1f}" for taken in (True, False)))
    Console().print(table)


if __name__ == "__main__":
    main()
