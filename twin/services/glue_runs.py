"""What the twin completes in moto's Glue job runs: they run, wait, fail, stop and time out.

moto's succeed when somebody first looks at them, carry no message, and never wait.
"""

from __future__ import annotations

import copy
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from moto.glue.exceptions import ConcurrentRunsExceededException, JobRunNotFoundException

from twin.executors.glue_jobs import JobRunResult, JobRunSpec, run_job
from twin.services.glue_definitions import find_job, refuse_reserved, role_arn
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.glue.responses import GlueResponse

    from twin.cloud import Cloud
    from twin.services.glue_definitions import TwinJob
    from twin.timeline import State

BUSY: Final = ("STARTING", "RUNNING", "STOPPING")

STOP_SECONDS: Final = 6.0
"""How long a run gets to end when the twin stops: a little more than its process gets."""


class _Run:
    """One job run: what GetJobRun shows of it, and the means to end it."""

    def __init__(self, spec: JobRunSpec, record: dict[str, Any]) -> None:
        self.spec = spec
        self.record = record
        self.cancel = threading.Event()
        self.done = threading.Event()

    @property
    def state(self) -> str:
        """The run's state."""
        return str(self.record["JobRunState"])

    def enter(self, state: str, **members: Any) -> None:
        """Begin another state."""
        self.record |= {"JobRunState": state, "LastModifiedOn": time.time(), **members}

    def shown(self) -> dict[str, Any]:
        """Return what GetJobRun shows."""
        shown = copy.deepcopy(self.record)
        end = shown.get("CompletedOn", time.time())
        return shown | {"ExecutionTime": int(end - shown["StartedOn"])}


class JobRuns:
    """The operations on runs, and the threads in which runs run."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lock = threading.RLock()
        self._runs: dict[str, list[_Run]] = {}

    def start(self, request: GlueResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """Start a run, or let it wait for its turn."""
        job = find_job(request, sent["JobName"])
        refuse_reserved(sent.get("Arguments"))
        with self._lock:
            runs = self._runs.setdefault(job.name, [])
            if "JobRunId" in sent and not any(_is(run, sent["JobRunId"]) for run in runs):
                raise JobRunNotFoundException(sent["JobRunId"])
            if self._busy(job) >= job.most_runs and not _queues(job, sent):
                raise ConcurrentRunsExceededException(
                    f"Concurrent runs exceeded for {job.name}: "
                    f"{job.most_runs} may be under way at a time"
                )
            run = self._new_run(job, sent)
            runs.append(run)
            self._begin_waiting(job)
        return {"JobRunId": run.spec.run_id}

    def get(self, request: GlueResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """Return one run."""
        job = find_job(request, sent["JobName"])
        with self._lock:
            return {"JobRun": self._find(job.name, sent["RunId"]).shown()}

    def list_runs(self, request: GlueResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """Return a job's runs, the latest first, a page at a time."""
        job = find_job(request, sent["JobName"])
        begin, most = int(sent.get("NextToken", 0)), int(sent.get("MaxResults", 200))
        with self._lock:
            found = [run.shown() for run in reversed(self._runs.get(job.name, []))]
        more = {"NextToken": str(begin + most)} if begin + most < len(found) else {}
        return {"JobRuns": found[begin : begin + most], **more}

    def stop(self, request: GlueResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """End runs: one that waits at once, one that is under way soon."""
        job = find_job(request, sent["JobName"])
        stopped, errors = list[dict[str, Any]](), list[dict[str, Any]]()
        for run_id in sent["JobRunIds"]:
            entry = {"JobName": job.name, "JobRunId": run_id}
            problem = self._stop(job.name, run_id)
            if problem:
                code, message = problem
                detail = {"ErrorCode": code, "ErrorMessage": message}
                errors.append({**entry, "ErrorDetail": detail})
            else:
                stopped.append(entry)
        return {"SuccessfulSubmissions": stopped, "Errors": errors}

    def stop_all(self) -> None:
        """End what runs, and wait for it, so that no process outlives the twin."""
        with self._lock:
            running = [run for runs in self._runs.values() for run in runs if run.state in BUSY]
        for run in running:
            run.cancel.set()
        for run in running:
            run.done.wait(STOP_SECONDS)

    def _stop(self, job: str, run_id: str) -> tuple[str, str] | None:
        """End one run, or return Glue's code and message why not."""
        with self._lock:
            try:
                run = self._find(job, run_id)
            except JobRunNotFoundException:
                return "EntityNotFoundException", f"Job run {run_id} not found."
            if run.state == "WAITING":
                run.enter("STOPPED", CompletedOn=time.time())
            elif run.state in BUSY:
                run.enter("STOPPING")
                run.cancel.set()
            else:
                return "InvalidInputException", f"Job run {run_id} is in state {run.state}"
        return None

    def _find(self, job: str, run_id: str) -> _Run:
        for run in self._runs.get(job, []):
            if _is(run, run_id):
                return run
        raise JobRunNotFoundException(run_id)

    def _busy(self, job: TwinJob) -> int:
        return sum(run.state in BUSY for run in self._runs[job.name])

    def _new_run(self, job: TwinJob, sent: dict[str, Any]) -> _Run:
        run_id = f"jr_{secrets.token_hex(32)}"
        own = dict(sent.get("Arguments") or {})
        timeout = int(sent.get("Timeout") or job.timeout)
        fixed = job.non_overridable_arguments or {}
        spec = JobRunSpec(
            job=job.name,
            run_id=run_id,
            script_uri=str(job.command["ScriptLocation"]),  # pyright: ignore[reportArgumentType, reportCallIssue]  # moto calls this map a str
            role_arn=role_arn(self._cloud, job.role),
            arguments={**job.default_arguments, **own, **fixed},
            timeout_s=60.0 * timeout,
            logs=job.logs,
        )
        return _Run(spec, _record(job, run_id, own, timeout, sent))

    def _begin_waiting(self, job: TwinJob) -> None:
        """Start the runs whose turn it is, the oldest first."""
        for run in self._runs.get(job.name, []):
            if run.state == "WAITING" and self._busy(job) < job.most_runs:
                run.record.pop("StateDetail", None)
                run.enter("STARTING", StartedOn=time.time())
                self._cloud.start(f"glue {job.name}", lambda run=run: self._run(job, run))

    def _run(self, job: TwinJob, run: _Run) -> None:
        """Run to the end, whatever happens: others may wait for their turn."""
        result = JobRunResult("FAILED", "the twin itself failed; see crashes.log beside its logs")
        self._record_step(run, "started", "")
        with self._lock:
            if run.state == "STARTING":
                run.enter("RUNNING")
        try:
            result = run_job(self._cloud, run.spec, run.cancel)
        finally:
            self._finish(job, run, result)

    def _finish(self, job: TwinJob, run: _Run, result: JobRunResult) -> None:
        ended: dict[str, Any] = {"CompletedOn": time.time()}
        if result.message:
            ended["ErrorMessage"] = result.message
        succeeded = result.state == "SUCCEEDED"
        # Before the state: who polls for the end finds the timeline complete
        self._record_step(
            run,
            "succeeded" if succeeded else "failed",
            result.fact if succeeded else result.message or result.state.lower(),
        )
        with self._lock:
            run.enter(result.state, **ended)
            if not self._cloud.stopping.is_set():
                self._begin_waiting(job)
        run.done.set()
        self._emit(run, result)

    def _record_step(self, run: _Run, state: State, fact: str) -> None:
        self._cloud.timeline.record(
            Step.ETL,
            state,
            run=run.spec.arguments.get("--run_id", run.spec.run_id),
            resource=run.spec.job,
            fact=fact,
            log=run.spec.log,
        )

    def _emit(self, run: _Run, result: JobRunResult) -> None:
        """Tell EventBridge, as Glue does of each run that ended."""
        if self._cloud.stopping.is_set():
            return
        detail = {
            "jobName": run.spec.job,
            "severity": "INFO" if result.state == "SUCCEEDED" else "ERROR",
            "state": result.state,
            "jobRunId": run.spec.run_id,
            "message": result.message or f"Job run {result.state.lower()}",
        }
        self._cloud.emit("aws.glue", "Glue Job State Change", detail)


def _is(run: _Run, run_id: str) -> bool:
    return run.spec.run_id == run_id


def _queues(job: TwinJob, sent: Mapping[str, Any]) -> bool:
    return bool(sent.get("JobRunQueuingEnabled", job.kept.get("JobRunQueuingEnabled", False)))


def _record(
    job: TwinJob, run_id: str, own: dict[str, str], timeout: int, sent: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is known of a run when it is asked for."""
    now = time.time()
    optional = {
        "PreviousRunId": sent.get("JobRunId"),
        "Arguments": own or None,
        "WorkerType": sent.get("WorkerType", job.worker_type),
        "NumberOfWorkers": sent.get("NumberOfWorkers", job.number_of_workers),
        "MaxCapacity": sent.get("MaxCapacity", job.max_capacity),
        "GlueVersion": job.glue_version,
        "ExecutionClass": job.execution_class,
    }
    return {
        "Id": run_id,
        "Attempt": 0,
        "JobName": job.name,
        "StartedOn": now,
        "LastModifiedOn": now,
        "JobRunState": "WAITING",
        "StateDetail": "Waiting for another run of the job to end",
        "JobRunQueuingEnabled": _queues(job, sent),
        "PredecessorRuns": [],
        "Timeout": timeout,
        "LogGroupName": "/aws-glue/jobs",
        **{name: value for name, value in optional.items() if value is not None},
    }
