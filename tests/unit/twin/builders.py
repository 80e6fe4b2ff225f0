"""Builders for unit tests of the twin: entries of a timeline, and what a run leaves."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.unit.twin.manifests import manifest
from twin.hold import Running
from twin.timeline import Entry, State, Step

if TYPE_CHECKING:
    from pathlib import Path

    from twin.settings import Workspace

COMMIT = "0123456789ab" + "c" * 28
RUN = "push-0123456789ab"

OUTCOME: dict[str, Any] = {
    "run_id": RUN,
    "outcome": "deployed",
    "reason": "the endpoint answers",
    "commit": COMMIT,
    "endpoint": "mlops-twin-wine",
    "metric": {"name": "rmse", "value": 2.1, "low": 2.0, "high": 2.2, "limit": 2.6},
    "finished_at": "2026-11-24T03:13:26+00:00",
}
EVALUATION: dict[str, Any] = {
    "target": "quality",
    "rows": {"train": 70, "validation": 15, "test": 15},
    "metrics": {"rmse": {"value": 2.1, "low": 2.0, "high": 2.2}},
    "baselines": {"constant": {"rmse": {"value": 3.4, "low": 3.3, "high": 3.5}}},
    "interval": {"level": 0.95, "method": "bootstrap", "resamples": 1000},
    "importance": [{"feature": "acid", "increase": 0.1}, {"feature": "sugar", "increase": 0.6}],
    "examples": [{"row": "1,2", "target": 5, "prediction": 5.1}],
}
PREDICTIONS = "target,prediction\n5,5.1\n6,5.5\n"


def entry(  # noqa: PLR0913 - the fields of an entry, each with a default
    step: Step,
    state: State = "succeeded",
    *,
    at: float = 0.0,
    run: str = RUN,
    resource: str = "thing",
    fact: str = "",
    log: str = "",
) -> Entry:
    """Return an entry; everything but its step has a default."""
    return Entry(at, step, state, run, resource, fact, log)


def running(pid: int = 1) -> Running:
    """Return a twin that is up."""
    return Running(
        pid=pid,
        url="http://127.0.0.1:4000",
        airflow_url="http://127.0.0.1:4001",
        airflow_username="admin",
        airflow_password="word",  # noqa: S106 - nobody's
        branch="main",
        region="us-east-1",
        outputs={"name_prefix": "mlops-twin"},
        ports={"aws": 4000},
    )


def leave_run(
    workspace: Workspace, model: str = "wine", *, whole: bool = True, **outcome: object
) -> Path:
    """Write what a run leaves; one that is not whole ended before there was any data."""
    record = {**OUTCOME, "model": model, **outcome}
    folder = workspace.last / "runs" / model / str(record["run_id"])
    folder.mkdir(parents=True)
    files: dict[str, object] = {"outcome": record}
    if whole:
        files |= {"evaluation": EVALUATION, "manifest": manifest()}
        (folder / "predictions.csv").write_text(PREDICTIONS, encoding="utf-8")
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


def write_timeline(workspace: Workspace, *entries: Entry) -> None:
    """Write entries as the workspace's timeline."""
    text = "".join(f"{json.dumps(asdict(one))}\n" for one in entries)
    (workspace.last / "timeline.jsonl").write_text(text, encoding="utf-8")


PUSHED = (
    entry(Step.PUSH, at=100.0, run=COMMIT, resource="mlops-twin/main", fact="a subject"),
    entry(Step.PIPELINE, "started", at=100.1, run=COMMIT, resource="mlops-twin"),
    entry(Step.STAGING, "started", at=100.2, run=COMMIT, resource="Staging"),
    entry(Step.STAGING, at=101.2, run=COMMIT, resource="Staging"),
    entry(Step.PIPELINE, at=101.3, run=COMMIT, resource="mlops-twin"),
    entry(Step.TRIGGER, "started", at=101.3, resource="trigger"),
    entry(Step.TRIGGER, at=101.4, resource="trigger"),
    entry(Step.RUN, "started", at=101.4, resource="retrain-wine"),
    entry(Step.ETL, "started", at=102.0, resource="etl", log="etl/1"),
    entry(Step.ETL, at=103.0, resource="etl", fact="101 rows", log="etl/1"),
    entry(Step.RUN, at=105.0, resource="retrain-wine", fact="deployed: all is well"),
)
"""A push and the DAG run that it started."""
