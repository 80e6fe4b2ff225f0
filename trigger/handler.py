"""The story: an event comes, it is parsed, its runs are worked out, Airflow starts them.

`handle` is what Lambda calls. What it raises, Lambda retries twice and then keeps in the
dead-letter queue; every step is idempotent, so a retry or a redrive never starts a run twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from trigger import log
from trigger.errors import TriggerError
from trigger.event import Ignored, ImagePushed, RawObjectWritten, Reason, parse_event
from trigger.runs import Run, data_run, image_runs
from trigger.settings import Settings, read_settings

if TYPE_CHECKING:
    from trigger.airflow_client import Airflow
    from trigger.staged import StagedCode


def handle(event: object, context: object) -> dict[str, Any]:
    """Serve one event; the answer says what came of it, for whoever invokes by hand."""
    del context
    return connected().serve(event)


@cache
def connected() -> "Trigger":
    """Return the trigger with its clients: made at the first event, kept between events."""
    import boto3
    from botocore.config import Config

    from trigger.airflow_client import AirflowClient
    from trigger.staged import BucketCode

    settings = read_settings()
    # InvokeRestApi itself gives up after 10 seconds.
    config = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard"})
    s3 = boto3.client("s3", config=config)  # pyright: ignore[reportUnknownMemberType]  # overloads of services without stubs
    mwaa = boto3.client("mwaa", config=config)  # pyright: ignore[reportUnknownMemberType]  # as above
    return Trigger(
        settings,
        BucketCode(s3, settings.artifact_bucket),
        AirflowClient(mwaa, settings.airflow_environment),
    )


@dataclass(frozen=True)
class Trigger:
    """Decides what an event asks for and sees to it. It waits for no run."""

    settings: Settings
    code: "StagedCode"
    airflow: "Airflow"

    def serve(self, event: object) -> dict[str, Any]:
        """Serve one event.

        Raises:
            TriggerError: something is missing or did not answer; the event is worth a retry.
        """
        asked = self._runs(event)
        if isinstance(asked, Ignored):
            return ignore(asked)
        return self._start(asked)

    def _runs(self, event: object) -> Sequence[Run] | Ignored:
        parsed = parse_event(event, self.settings)
        if isinstance(parsed, ImagePushed):
            return image_runs(parsed, self.code.manifest(parsed.commit))
        if isinstance(parsed, RawObjectWritten):
            return self._data_runs(parsed)
        return parsed

    def _data_runs(self, written: RawObjectWritten) -> Sequence[Run] | Ignored:
        current = self.code.current()
        if current is None:
            return Ignored(Reason.NOTHING_CURRENT, f"key {written.key!r}; the first push reads it")
        run = data_run(written, current, self.code.manifest(current.commit))
        return run if isinstance(run, Ignored) else [run]

    def _start(self, runs: Sequence[Run]) -> dict[str, Any]:
        """Start each run, whatever becomes of the others; raise the first failure at the end."""
        failures: list[TriggerError] = []
        answers: list[dict[str, str]] = []
        for run in runs:
            try:
                result = self.airflow.start(run)
            except TriggerError as error:
                log.write("run not started", dag_id=run.dag_id, run_id=run.run_id, error=str(error))
                failures.append(error)
                continue
            log.count(
                "run started", log.STARTED, {"Result": result}, dag_id=run.dag_id, run_id=run.run_id
            )
            answers.append({"dag_id": run.dag_id, "run_id": run.run_id, "result": result})
        if failures:
            raise failures[0]
        return {"outcome": "started", "runs": answers}


def ignore(ignored: Ignored) -> dict[str, Any]:
    """Count and log an event that asks for nothing."""
    log.count("event ignored", log.IGNORED, {"Reason": ignored.reason}, fact=ignored.fact)
    return {"outcome": "ignored", "reason": ignored.reason, "fact": ignored.fact}
