"""What Airflow alone costs: its start, and a DAG of as many empty tasks as ours has."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.airflow.server import Airflow
from twin.settings import Workspace, project_workspace

if TYPE_CHECKING:
    from pathlib import Path

TASKS = 10
PATIENCE_SECONDS = 120.0
DAG_ID = "empty"
DAG = f"""
from airflow.sdk import DAG, task

with DAG("{DAG_ID}", schedule=None, catchup=False, is_paused_upon_creation=False):
    previous = None
    for number in range({TASKS}):
        @task(task_id=f"nothing_{{number}}")
        def nothing():
            return None

        current = nothing()
        if previous is not None:
            previous >> current
        previous = current
"""


@dataclass(frozen=True)
class Floor:
    """Seconds from the start to ready, and of a run of empty tasks."""

    ready: float
    tasks: int
    empty_run: float


def airflow_floor(folder: Path) -> Floor:
    """Start an Airflow in a folder, run the empty DAG twice (the second counts), stop it."""
    workspace = Workspace(folder)
    for needed in (workspace.run, workspace.last, workspace.cache):
        needed.mkdir(parents=True)
    shutil.copytree(project_workspace().cache, workspace.cache, dirs_exist_ok=True, symlinks=True)
    began = time.monotonic()
    airflow = Airflow.start(workspace, {}, {})
    try:
        airflow.wait_ready(PATIENCE_SECONDS)
        ready = time.monotonic() - began
        (airflow.places.dags / "empty.py").write_text(DAG, encoding="utf-8")
        _run(airflow, "first")
        return Floor(ready, TASKS, _run(airflow, "second"))
    finally:
        airflow.stop()


def _run(airflow: Airflow, run_id: str) -> float:
    """Start a run as soon as the DAG is known; return how long it took until it was a success."""
    path = f"/dags/{DAG_ID}/dagRuns"
    body = {"dag_run_id": run_id, "logical_date": None}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not airflow.request("POST", path, body).ok:
        _pause(deadline)
    began = time.monotonic()
    while airflow.request("GET", f"{path}/{run_id}").content["state"] != "success":
        _pause(deadline)
    return time.monotonic() - began


def _pause(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError(f"Airflow did not run {DAG_ID} in {PATIENCE_SECONDS} s")
    time.sleep(0.05)
