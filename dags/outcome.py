"""What came of a run, decided from what its tasks left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from dags.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dags.plan import EndingName
    from dags.settings import StackSettings

STEPS: Final = (
    "resolve",
    "etl",
    "training",
    "comparison",
    "gate",
    "package",
    "endpoint_config",
    "endpoint",
    "smoke_test",
    "scaling",
)
"""The tasks whose success makes a deployment, in their order."""

_NOTHING_SAID: Final = "the task ended without saying why; its worker may have been lost"


def first_failed(states: Mapping[str, str]) -> str | None:
    """Return the first step that failed, if one did."""
    return next((step for step in STEPS if states.get(step) == "failed"), None)


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What the tasks of a run left behind; empty where they did not get that far."""

    run_id: str
    dag_id: str
    model: str
    states: Mapping[str, str]
    """The state of each task instance."""

    pinned: Mapping[str, Any] = field(default_factory=dict[str, Any])
    names: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ending: Mapping[str, str] = field(default_factory=dict[str, str])
    verdict: Mapping[str, Any] = field(default_factory=dict[str, Any])
    rows: Mapping[str, int] | None = None
    """How many rows were read, and where they ended; None where no data was judged."""

    scaled: str = ""
    """What was changed of how the endpoint scales."""

    glue_run: str | None = None
    training_job: str | None = None
    comparison_job: str | None = None
    package_arn: str | None = None
    previous_config: str | None = None
    cause: str = ""
    """What the failed task said."""

    attempt: int = 1
    """Which attempt of the failed task was the last."""

    @property
    def failed_step(self) -> str | None:
        """The first task that failed; those after it only followed."""
        return first_failed(self.states)


def conclude(traces: Traces, settings: StackSettings, finished_at: str) -> Record:
    """Return the record of a run."""
    outcome, reason = _decide(traces)
    failed = outcome == "failed"
    return Record(
        run_id=traces.run_id,
        dag_id=traces.dag_id,
        model=traces.model,
        outcome=outcome,
        reason=reason,
        started_by=traces.pinned.get("started_by"),
        commit=traces.pinned.get("commit"),
        number=traces.pinned.get("number"),
        image_digest=traces.pinned.get("image_digest"),
        dataset_id=traces.names.get("dataset_id"),
        rows=dict(traces.rows) if traces.rows else None,
        training_job=traces.training_job,
        model_package_arn=traces.package_arn,
        endpoint=f"{settings.name_prefix}-{traces.model}",
        endpoint_config=traces.names.get("endpoint_config"),
        previous_endpoint_config=traces.previous_config,
        metric=_metric(traces.verdict),
        step=traces.failed_step if failed else None,
        cause=(traces.cause or _NOTHING_SAID) if failed else None,
        log=log_of(traces, settings) if failed else None,
        finished_at=finished_at,
    )


def _decide(traces: Traces) -> tuple[EndingName, str]:
    if traces.failed_step:
        return "failed", f"the step {traces.failed_step} failed"
    if traces.ending:
        return _ending(traces.ending["outcome"]), _with(traces.ending["reason"], traces.scaled)
    if traces.states.get("smoke_test") == "success":
        reason = traces.verdict.get("reason", "")
        said = f"the endpoint answers as the evaluation says; {reason}"
        return "deployed", _with(said, traces.scaled)
    states = ", ".join(f"{step}: {traces.states.get(step, 'unknown')}" for step in STEPS)
    return "failed", f"the run ended before it deployed ({states})"


def _with(reason: str, more: str) -> str:
    return f"{reason}; {more}" if more else reason


def _ending(name: str) -> EndingName:
    match name:
        case "unchanged" | "rejected" | "superseded" | "waiting":
            return name
        case _:
            return "failed"


def _metric(verdict: Mapping[str, Any]) -> dict[str, Any] | None:
    if not verdict:
        return None
    kept = ("value", "low", "high", "limit", "baselines", "comparison")
    return {"name": verdict["metric"], **{key: verdict[key] for key in kept}}


def etl_log_group(settings: StackSettings) -> str:
    """Return where Glue writes what a job run prints.

    The job's security configuration and its role are called like the job.
    """
    return f"/aws-glue/jobs/{settings.glue_job}-role/{settings.glue_job}/output"


def _job(traces: Traces) -> str | None:
    return traces.training_job if traces.failed_step == "training" else traces.comparison_job


def log_of(traces: Traces, settings: StackSettings) -> str:
    """Return log group and stream (or its beginning) in which the failure is explained."""
    match traces.failed_step:
        case "etl" if traces.glue_run:
            return f"{etl_log_group(settings)}/{traces.glue_run}"
        case "training" | "comparison" if job := _job(traces):
            return f"/aws/sagemaker/TrainingJobs/{job}"
        case "endpoint" | "smoke_test":
            return f"/aws/sagemaker/Endpoints/{settings.name_prefix}-{traces.model}"
        case step:
            return (
                f"airflow-{settings.name_prefix}-Task/dag_id={traces.dag_id}/"
                f"run_id={traces.run_id}/task_id={step}/attempt={traces.attempt}.log"
            )
