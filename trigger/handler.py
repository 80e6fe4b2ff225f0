"""The story: an event comes, it is parsed, its runs are worked out, Airflow starts them.

`handle` is what Lambda calls. What it raises, Lambda retries twice and then keeps in the
dead-letter queue; every step is idempotent, so a retry or a redrive never starts a run twice.
A reconciliation that Airflow does not answer raises nothing: the next one is its retry.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from trigger import log
from trigger.errors import TriggerError
from trigger.event import (
    Ignored,
    ImagePushed,
    RawObjectWritten,
    Reason,
    Reconciliation,
    parse_event,
)
from trigger.reconcile import RESERVE_SECONDS, look, wanted_runs
from trigger.runs import Run, Start, data_run, image_runs
from trigger.settings import Settings, read_settings

if TYPE_CHECKING:
    from trigger.airflow_client import Airflow
    from trigger.raw import RawObjects
    from trigger.staged import StagedCode

SecondsLeft = Callable[[], float]
Event = ImagePushed | RawObjectWritten


def handle(event: object, context: object) -> dict[str, Any]:
    """Serve one event; the answer says what came of it, for whoever invokes by hand."""
    return connected().serve(event, seconds_left(context))


def seconds_left(context: object) -> SecondsLeft:
    """Return what tells how much of the function's time is left; all of it outside of Lambda."""
    milliseconds: Callable[[], int] | None = getattr(context, "get_remaining_time_in_millis", None)
    return (lambda: milliseconds() / 1000) if milliseconds else _for_ever


def _for_ever() -> float:
    return math.inf


@cache
def connected() -> "Trigger":
    """Return the trigger with its clients: made at the first event, kept between events."""
    import boto3
    from botocore.config import Config

    from trigger.airflow_client import AirflowClient
    from trigger.raw import BucketObjects
    from trigger.staged import BucketCode

    settings = read_settings()
    # InvokeRestApi itself gives up after 10 seconds.
    config = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard"})
    s3 = boto3.client("s3", config=config)  # pyright: ignore[reportUnknownMemberType]  # overloads of services without stubs
    mwaa = boto3.client("mwaa", config=config)  # pyright: ignore[reportUnknownMemberType]  # as above
    return Trigger(
        settings,
        BucketCode(s3, settings.artifact_bucket),
        BucketObjects(s3, settings.data_bucket),
        AirflowClient(mwaa, settings.airflow_environment),
    )


@dataclass
class Asked:
    """What became of the runs that Airflow was asked for."""

    answers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    failures: list[TriggerError] = field(default_factory=list[TriggerError])
    left: int = 0
    """Runs that there was no time for."""


@dataclass(frozen=True)
class Trigger:
    """Decides what an event asks for and sees to it. It waits for no run."""

    settings: Settings
    code: "StagedCode"
    raw: "RawObjects"
    airflow: "Airflow"

    def serve(self, event: object, seconds_left: SecondsLeft = _for_ever) -> dict[str, Any]:
        """Serve one event.

        Raises:
            TriggerError: something is missing or did not answer; the event is worth a retry.
        """
        parsed = parse_event(event, self.settings)
        if isinstance(parsed, Reconciliation):
            return self._reconcile(seconds_left)
        asked = parsed if isinstance(parsed, Ignored) else self._runs(parsed)
        return ignore(asked) if isinstance(asked, Ignored) else self._start(asked)

    def _runs(self, event: Event) -> Sequence[Run] | Ignored:
        if isinstance(event, ImagePushed):
            return image_runs(event, self.code.manifest(event.commit))
        return self._data_runs(event)

    def _data_runs(self, written: RawObjectWritten) -> Sequence[Run] | Ignored:
        current = self.code.current()
        if current is None:
            return Ignored(Reason.NOTHING_CURRENT, f"key {written.key!r}; the first push reads it")
        run = data_run(written, current, self.code.manifest(current.commit))
        return run if isinstance(run, Ignored) else [run]

    def _start(self, runs: Sequence[Run]) -> dict[str, Any]:
        """Start each run, whatever becomes of the others; raise the first failure at the end."""
        asked = self._ask(runs)
        if asked.failures:
            raise asked.failures[0]
        return {"outcome": "started", "runs": asked.answers}

    def _reconcile(self, seconds_left: SecondsLeft) -> dict[str, Any]:
        """Ask for every run that should be there by now; what Airflow takes, no event asked for."""
        current = self.code.current()
        if current is None:
            return ignore(Ignored(Reason.NOTHING_CURRENT, "a reconciliation before the first push"))
        manifest = self.code.manifest(current.commit)
        seen, complete = look(self.raw.newest(), manifest.models, datetime.now(UTC), seconds_left)
        asked = self._ask(wanted_runs(current, manifest, seen), seconds_left, quiet=True)
        facts = {
            log.ENVIRONMENT: self.settings.airflow_environment,
            "commit": current.commit,
            "listed": seen.listed,
            "listed_all": complete,
        }
        return reconciled(asked, facts, complete=complete)

    def _ask(
        self, runs: Sequence[Run], seconds_left: SecondsLeft = _for_ever, *, quiet: bool = False
    ) -> Asked:
        """Ask for each run while there is time; a quiet one says nothing of those that were there.

        Failures are logged as they come, and are for the caller to raise.
        """
        asked = Asked()
        for place, run in enumerate(runs):
            if seconds_left() < RESERVE_SECONDS:
                asked.left = len(runs) - place
                break
            try:
                result = self.airflow.start(run)
            except TriggerError as error:
                log.write("run not started", dag_id=run.dag_id, run_id=run.run_id, error=str(error))
                asked.failures.append(error)
                continue
            names = {"dag_id": run.dag_id, "run_id": run.run_id}
            if result == Start.STARTED or not quiet:
                log.count("run started", log.STARTED, {"Result": result}, **names)
            asked.answers.append({**names, "result": result})
        return asked


def reconciled(asked: Asked, facts: Mapping[str, object], *, complete: bool) -> dict[str, Any]:
    """Log and count what a reconciliation found; return it without what was there already."""
    lost = [run for run in asked.answers if run["result"] == Start.STARTED]
    missed = len(asked.failures) + asked.left + (not complete)
    found = {
        **facts,
        "started": len(lost),
        "already_started": len(asked.answers) - len(lost),
        "failed": len(asked.failures),
        "left": asked.left,
    }
    counts = {log.LOST: len(lost), log.UNRECONCILED: missed}
    log.measure("reconciled", counts, log.ENVIRONMENT, found)
    outcome = "incomplete" if missed else "reconciled"
    return {"outcome": outcome, **found, "runs": lost, "errors": [str(e) for e in asked.failures]}


def ignore(ignored: Ignored) -> dict[str, Any]:
    """Count and log an event that asks for nothing."""
    log.count("event ignored", log.IGNORED, {"Reason": ignored.reason}, fact=ignored.fact)
    return {"outcome": "ignored", "reason": ignored.reason, "fact": ignored.fact}
