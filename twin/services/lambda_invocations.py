"""Invocations of functions: at once, or later with retries and a place for what fails.

Lambda waits one minute before the first retry of an asynchronous event and two before the second;
here it is `RETRY_SECONDS`, because nobody watches a laptop for three minutes.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from twin.errors import TwinError
from twin.executors.function_environment import Function, Invoked
from twin.services import dead_letters
from twin.services.event_runs import RECONCILIATION, run_of
from twin.timeline import State, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.cloud import Cloud
    from twin.executors.functions import Functions

RETRY_SECONDS: Final = (1.0, 3.0)
"""Before the first and the second retry."""

DEFAULT_RETRIES: Final = 2

RECONCILED: Final = ("reconciled", "incomplete")
"""What the trigger says of a reconciliation: that all was asked for, or not."""


@dataclass(frozen=True)
class Deployed:
    """A function as it is now: what runs, and what happens to events that it fails on."""

    function: Function
    retries: int
    dead_letter_arn: str
    on_failure_arn: str
    on_success_arn: str


@dataclass(frozen=True)
class Invocation:
    """One event on its way through a function; a retry is the same invocation."""

    event: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def run(self) -> str:
        """Return what the timeline files it under."""
        return run_of(json.loads(self.event), self.request_id)


class Invocations:
    """Serves events and tells the timeline. It knows functions, not who sends the events."""

    def __init__(self, cloud: Cloud, functions: Functions) -> None:
        self._cloud = cloud
        self._functions = functions

    def now(self, deployed: Deployed, invocation: Invocation) -> Invoked:
        """Serve an event while the caller waits."""
        self._record(deployed, invocation, "started")
        invoked = self._invoke(deployed.function, invocation)
        self._record_end(deployed, invocation, invoked)
        return invoked

    def later(self, find: Callable[[], Deployed], invocation: Invocation) -> None:
        """Serve an event in the background; each attempt takes the function as it is then."""
        name = f"event {invocation.request_id}"
        self._cloud.start(name, lambda: self._serve(find, invocation))

    def _serve(self, find: Callable[[], Deployed], invocation: Invocation) -> None:
        deployed, attempt = find(), 1
        self._record(deployed, invocation, "started")
        invoked = self._invoke(deployed.function, invocation)
        while invoked.failed and attempt <= deployed.retries:
            self._record(deployed, invocation, "started", _again(invoked, attempt), invoked.log)
            if self._cloud.stopping.wait(RETRY_SECONDS[attempt - 1]):
                return
            deployed, attempt = find(), attempt + 1
            invoked = self._invoke(deployed.function, invocation)
        self._record_end(deployed, invocation, invoked)
        self._keep(deployed, invocation, invoked, attempt)

    def _invoke(self, function: Function, invocation: Invocation) -> Invoked:
        try:
            return self._functions.invoke(function, invocation.event, invocation.request_id)
        except TwinError as error:
            log = self._cloud.log_stream(function.log_group, "twin")
            for line in str(error).splitlines():
                log.write(line)
            log.flush()
            answer = {"errorMessage": str(error), "errorType": "InvalidFunction"}
            return Invoked(json.dumps(answer), failed=True, lines=(), log=log.name)

    def _keep(
        self, deployed: Deployed, invocation: Invocation, invoked: Invoked, attempts: int
    ) -> None:
        """Send the event on: what failed to queue and destination, what succeeded to its own."""
        function = deployed.function
        if invoked.failed and deployed.dead_letter_arn:
            error: dict[str, Any] = json.loads(invoked.payload)
            attributes = {
                "RequestID": invocation.request_id,
                "ErrorCode": "200",
                "ErrorMessage": str(error.get("errorMessage", ""))[:1024],
            }
            dead_letters.send(
                self._cloud,
                deployed.dead_letter_arn,
                invocation.event,
                attributes,
                role_arn=function.role_arn,
            )
        destination = deployed.on_failure_arn if invoked.failed else deployed.on_success_arn
        if destination:
            record = json.dumps(_destination_record(function, invocation, invoked, attempts))
            dead_letters.send(self._cloud, destination, record, {}, role_arn=function.role_arn)

    # ---- the timeline -----------------------------------------------------------------------

    def _record_end(self, deployed: Deployed, invocation: Invocation, invoked: Invoked) -> None:
        for run_id, fact in found_lost(invoked):
            self._cloud.timeline.record(
                Step.TRIGGER,
                "succeeded",
                run=run_id,
                resource=deployed.function.name,
                fact=fact,
                log=invoked.log,
            )
        state, fact = outcome(invoked)
        self._record(deployed, invocation, state, fact, invoked.log)

    def _record(
        self,
        deployed: Deployed,
        invocation: Invocation,
        state: State,
        fact: str = "",
        log: str = "",
    ) -> None:
        if state == "started" and invocation.run == RECONCILIATION:
            return  # one comes every few minutes: only what it finds is worth a line
        self._cloud.timeline.record(
            Step.TRIGGER,
            state,
            run=invocation.run,
            resource=deployed.function.name,
            fact=fact,
            log=log,
        )


def outcome(invoked: Invoked) -> tuple[State, str]:
    """Return how an invocation shows in the timeline: its state and the fact that matters."""
    said = _said(invoked)
    if invoked.failed:
        return "failed", f"{said.get('errorType')}: {said.get('errorMessage')}"
    if said.get("outcome") in RECONCILED:
        return _reconciled(said)
    if said.get("outcome") == "ignored":
        return "ignored", f"{said.get('reason')}: {said.get('fact')}"
    runs: list[dict[str, str]] = said.get("runs", [])
    return "succeeded", ", ".join(_started(run) for run in runs)


def found_lost(invoked: Invoked) -> list[tuple[str, str]]:
    """Return each run that a reconciliation started, which no event had asked for, with a fact."""
    said = _said(invoked)
    if said.get("outcome") not in RECONCILED:
        return []
    return [(run["run_id"], f"{_started(run)} (its event was lost)") for run in said["runs"]]


def _said(invoked: Invoked) -> Mapping[str, Any]:
    answer: object = json.loads(invoked.payload)
    return cast("Mapping[str, Any]", answer) if isinstance(answer, dict) else {}


def _reconciled(said: Mapping[str, Any]) -> tuple[State, str]:
    """One in which nothing went wrong is ignored: no story begins with it."""
    lost, there = said["started"], said["already_started"]
    fact = f"reconciliation: {there} runs were there, {lost} started whose event was lost"
    if said["outcome"] == "reconciled":
        return "ignored", fact
    unseen = "" if said["listed_all"] else "not all files were listed"
    return "failed", "; ".join(filter(None, [fact, *said["errors"], unseen]))


def _started(run: Mapping[str, str]) -> str:
    again = " (was started before)" if run.get("result") == "already-started" else ""
    return f"{run.get('dag_id')} {run.get('run_id')}{again}"


def _again(invoked: Invoked, attempt: int) -> str:
    _, fact = outcome(invoked)
    return f"attempt {attempt} failed, tries again: {fact}"


def _destination_record(
    function: Function, invocation: Invocation, invoked: Invoked, attempts: int
) -> dict[str, Any]:
    """Return what a destination receives ("Capturing records of asynchronous invocations")."""
    condition = "RetriesExhausted" if invoked.failed else "Success"
    error = {"functionError": "Unhandled"} if invoked.failed else {}
    return {
        "version": "1.0",
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": f"{function.arn}:{function.version}",
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": json.loads(invocation.event),
        "responseContext": {"statusCode": 200, "executedVersion": function.version, **error},
        "responsePayload": json.loads(invoked.payload),
    }
