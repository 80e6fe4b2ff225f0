"""What the twin adds to moto's EventBridge: delivery that keeps its promises.

An event goes to each target of each enabled rule that matches it, in a thread of its own: at least
once, tried again while that can help, and then into the target's dead-letter queue. Without one it
is dropped, as on AWS, but the timeline says so. EventBridge waits up to minutes between attempts;
here it is `MOST_SECONDS` at most.
"""

from __future__ import annotations

import copy
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend, Rule

from twin.errors import TwinError
from twin.services import dead_letters, schedules
from twin.services.event_inputs import BadInputError, as_delivered, target_input
from twin.services.event_runs import run_of
from twin.services.event_targets import (
    EVENTS,
    RefusedError,
    hand_over,
    needs_role,
    queue_admits,
    takes,
)
from twin.services.roles import is_taken_on
from twin.timeline import State, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud

FIRST_SECONDS: Final = 0.2
MOST_SECONDS: Final = 5.0
"""Delays between attempts: doubled from the first one, up to this."""

DEFAULT_ATTEMPTS: Final = 185
DEFAULT_AGE_SECONDS: Final = 24 * 3600
"""EventBridge's own, where a target says nothing."""

LASTING: Final = "lasting"
"""Why there is no other attempt where another one could not help."""

_moto_put_targets = EventsBackend.put_targets
_moto_send_to_targets = Rule.send_to_targets


def install(cloud: Cloud) -> None:
    """Complete moto's EventBridge for this cloud, until it stops."""

    def send_to_targets(self: Rule, original_event: Any, transform_input: bool = True) -> None:  # noqa: FBT001, FBT002 - moto's signature
        if not is_for(self, original_event):
            return
        event = as_delivered(original_event)
        for target in copy.deepcopy(self.targets):
            if takes(target["Arn"].split(":")[2]):
                delivery = Delivery(cloud, self.name, self.arn, target, event)
                cloud.start(f"event {event['id']} to {target['Arn']}", delivery.run)
            else:
                _leave_to_moto(self, target, original_event, transform_input=transform_input)

    def leave_to_moto() -> None:
        Rule.send_to_targets = _moto_send_to_targets

    EventsBackend.put_targets = _put_targets
    Rule.send_to_targets = send_to_targets
    cloud.on_stop(leave_to_moto)
    schedules.install(cloud)


def _put_targets(
    self: EventsBackend, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]
) -> None:
    """Refuse a target that needs a role and has none which EventBridge may take on."""
    for target in targets:
        arn, role = target["Arn"], target.get("RoleArn")
        if not role and needs_role(arn.split(":")[2]):
            raise ValidationException(f"RoleArn is required for target {arn}.")
        if role and not is_taken_on(self.account_id, role, EVENTS):
            message = f"Provided role '{role}' cannot be assumed by principal '{EVENTS}'."
            raise ValidationException(message)
    _moto_put_targets(self, name, event_bus_arn, targets)


def is_for(rule: Rule, event: Any) -> bool:
    """Tell whether a rule wants an event: one of its pattern, or one that says that its time came.

    moto lets a disabled rule, and one that has a schedule and no pattern, have every event.
    """
    pattern = rule.event_pattern
    if rule.state == "DISABLED":
        return False
    due = bool(rule.scheduled_expression) and schedules.fires(rule.arn, event)
    return due or (bool(pattern.get_pattern()) and pattern.matches_event(event))


def _leave_to_moto(rule: Rule, target: Any, event: Any, *, transform_input: bool) -> None:
    """Deliver to a service that the twin does not complete: log groups, buses, archives."""
    view = copy.copy(rule)
    view.targets = [target]
    _moto_send_to_targets(view, event, transform_input)


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one target."""

    cloud: Cloud
    rule_name: str
    rule_arn: str
    target: Mapping[str, Any]
    event: Mapping[str, Any]
    began: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Deliver, try again, give up: whatever is right."""
        self._record("started")
        attempt = 0
        while True:
            refused = self._attempt()
            if refused is None:
                self._record("succeeded", self._fact)
                return
            exhausted = self._exhausted(refused, attempt)
            if exhausted:
                self._give_up(refused, attempt, exhausted)
                return
            delay = min(MOST_SECONDS, FIRST_SECONDS * 2**attempt)
            self._record("started", f"{refused.code}, tries again: {refused}")
            if self.cloud.stopping.wait(delay):
                return
            attempt += 1

    @property
    def _fact(self) -> str:
        service, name = self.target["Arn"].split(":")[2], self.target["Arn"].rsplit(":", 1)[-1]
        return f"{self.event.get('detail-type')} to {service} {name}"

    def _attempt(self) -> RefusedError | None:
        try:
            payload = target_input(self.target, self.rule_arn, self.event)
            hand_over(self.cloud, self.target, self.rule_arn, payload)
        except BadInputError as error:
            return RefusedError("INVALID_JSON", str(error), lasting=True)
        except RefusedError as error:
            return error
        return None

    def _exhausted(self, refused: RefusedError, attempt: int) -> str:
        """Return which limit forbids another attempt; empty while there may be one."""
        policy = self.target.get("RetryPolicy", {})
        age = policy.get("MaximumEventAgeInSeconds", DEFAULT_AGE_SECONDS)
        if refused.lasting:
            return LASTING
        if attempt >= policy.get("MaximumRetryAttempts", DEFAULT_ATTEMPTS):
            return "MaximumRetryAttempts"
        return "MaximumEventAgeInSeconds" if time.monotonic() - self.began > age else ""

    def _give_up(self, refused: RefusedError, attempts: int, exhausted: str) -> None:
        """Keep the event in the dead-letter queue, if there is one that takes it."""
        queue = self.target.get("DeadLetterConfig", {}).get("Arn", "")
        dropped = (
            "no dead-letter queue" if not queue else self._keep(queue, refused, attempts, exhausted)
        )
        fate = f"dropped, {dropped}" if dropped else f"kept in {queue.rsplit(':', 1)[-1]}"
        self._record("failed", f"{refused.code}, {fate}: {refused}")

    def _keep(self, queue: str, refused: RefusedError, attempts: int, exhausted: str) -> str:
        """Put the whole event into a queue; return why it was not possible."""
        attributes = {
            "RULE_ARN": self.rule_arn,
            "TARGET_ARN": self.target["Arn"],
            "ERROR_CODE": refused.code,
            "ERROR_MESSAGE": str(refused)[:1024],
            "RETRY_ATTEMPTS": str(attempts),
        }
        if exhausted != LASTING:
            attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
        try:
            if not queue_admits(self.cloud, queue, self.rule_arn):
                return f"{queue} has no policy that admits {self.rule_arn}"
            dead_letters.send(self.cloud, queue, json.dumps(self.event), attributes)
        except (ClientError, TwinError) as error:
            return f"{queue}: {error}"
        return ""

    def _record(self, state: State, fact: str = "") -> None:
        run = run_of(self.event, str(self.event["id"]))
        self.cloud.timeline.record(Step.EVENT, state, run=run, resource=self.rule_name, fact=fact)
