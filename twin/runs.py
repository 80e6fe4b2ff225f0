"""Tells the timeline of DAG runs: when one starts, and what came of it.

A run's own outcome record says how it ended, the moment it is written. Airflow is asked now and
then for runs that nobody told of (its Trigger button) and for runs that ended without a record.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from twin.airflow.rest import AirflowUnreachableError
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.airflow.rest import Answer
    from twin.cloud import Cloud

LOOK_SECONDS: Final = 1.0
"""How often Airflow is asked while nothing is told."""

RECORD_SECONDS: Final = 2.0
"""How long after its end a run may still owe its record."""

PREFIX: Final = "runs/"
LIMIT: Final = 100
ENDED: Final = ("success", "failed")

DISAPPOINTING: Final = frozenset({"failed", "rejected"})
"""Outcomes that whoever pushed has to look at."""


class AskedAirflow(Protocol):
    """An Airflow that answers questions about its runs."""

    @property
    def ready(self) -> bool:
        """Tell whether it can be asked."""
        ...

    def request(
        self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None
    ) -> Answer:
        """Send a request to its REST API."""
        ...

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a run."""
        ...

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1) -> list[str]:
        """Return the lines of a task's log."""
        ...


@dataclass(frozen=True)
class Run:
    """A DAG run, by the ids that Airflow knows it by."""

    dag_id: str
    run_id: str


class Runs:
    """Follows the DAG runs of one environment.

    It decides nothing about a run: it tells what record or scheduler say.
    """

    def __init__(self, cloud: Cloud, airflow: AskedAirflow, log_group: str) -> None:
        self._cloud = cloud
        self._airflow = airflow
        self._log_group = log_group
        self._lock = threading.Lock()
        self._started: set[Run] = set()
        self._told: set[Run] = set()
        self._ended_at: dict[Run, float] = {}

    def started(self, dag_id: str, run_id: str) -> None:
        """Note that a run was started; tells it once."""
        run = Run(dag_id, run_id)
        with self._lock:
            if run in self._started:
                return
            self._started.add(run)
        self._cloud.timeline.record(
            Step.RUN, "started", run=run_id, resource=dag_id, log=self._log(run)
        )

    def recorded(self, bucket: str, key: str) -> None:
        """Note that an object was written: an outcome record ends its run."""
        if not key.startswith(PREFIX) or not key.endswith(".json"):
            return
        body = self._cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        self._end(json.loads(body))

    def _end(self, record: Mapping[str, Any]) -> None:
        run = Run(str(record["dag_id"]), str(record["run_id"]))
        self.started(run.dag_id, run.run_id)
        why = record.get("cause") or record.get("reason")
        self._tell(
            run,
            failed=record["outcome"] in DISAPPOINTING,
            fact=f"{record['outcome']}: {why}",
            log=record.get("log") or self._log(run),
        )

    def follow(self, stopping: threading.Event) -> None:
        """Ask Airflow now and then until somebody stops it."""
        while not stopping.wait(LOOK_SECONDS):
            if self._airflow.ready:
                self.look()

    def look(self) -> None:
        """Ask Airflow once."""
        try:
            answer = self._airflow.request(
                "GET", "/dags/~/dagRuns", query={"order_by": "-id", "limit": LIMIT}
            )
        except AirflowUnreachableError:
            return  # whoever watches its processes says why
        for found in reversed(answer.items("dag_runs")):  # the newest came first
            run = Run(found["dag_id"], found["dag_run_id"])
            self.started(run.dag_id, run.run_id)
            if found["state"] in ENDED and run not in self._told:
                self._owes_record(run, found["state"])

    def _owes_record(self, run: Run, state: str) -> None:
        since = self._ended_at.setdefault(run, time.monotonic())
        if time.monotonic() - since > RECORD_SECONDS:
            self._tell(
                run,
                failed=True,
                fact=f"ended as {state} in Airflow, without an outcome record{self._why(run)}",
                log=self._log(run),
            )

    def _why(self, run: Run) -> str:
        """Return what the first failed task said last, where there is one."""
        tasks = self._airflow.task_instances(run.dag_id, run.run_id)
        for task in tasks:
            if task["state"] == "failed":
                name, number = task["task_id"], task["try_number"]
                lines = self._airflow.task_log(run.dag_id, run.run_id, name, number)
                errors = [line for line in lines if "rror" in line] or lines
                return f"; task {name}: {errors[-1]}" if errors else f"; task {name} failed"
        return ""

    def _tell(self, run: Run, *, failed: bool, fact: str, log: str) -> None:
        """Tell how a run ended, once."""
        with self._lock:
            if run in self._told:
                return
            self._told.add(run)
        state = "failed" if failed else "succeeded"
        self._cloud.timeline.record(
            Step.RUN, state, run=run.run_id, resource=run.dag_id, fact=fact, log=log
        )

    def _log(self, run: Run) -> str:
        return f"{self._log_group}/dag_id={run.dag_id}/run_id={run.run_id}"


def artifact_bucket(settings: bytes) -> str | None:
    """Return the bucket that the DAGs' settings name for records; None if they are broken.

    What is wrong with them, the DAGs' own import error says.
    """
    try:
        found: object = json.loads(settings)["artifact_bucket"]
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None
