"""What the twin adds to moto's EventBridge for rules with a schedule: that they fire.

A rule of `rate(...)` fires first when its interval has passed since it was seen, and then once each
interval. What it sends is the event that EventBridge makes up for it; whoever sends such an event
by hand fires the rule at once. `cron(...)` never fires here.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twin.cloud import Cloud

SOURCE: Final = "aws.events"
DETAIL_TYPE: Final = "Scheduled Event"

LOOK_SECONDS: Final = 5.0
"""How often it is looked which rules there are and which of them are due."""

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS: Final = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}


def install(cloud: Cloud) -> None:
    """Let scheduled rules of this cloud fire from now on."""
    schedules = Schedules(lambda rule_arn: fire(cloud, rule_arn))

    def run() -> None:
        while not cloud.stopping.wait(LOOK_SECONDS):
            cloud.attempt("schedules", lambda: schedules.look(rules(cloud), time.monotonic()))

    cloud.start("schedules", run)


def fire(cloud: Cloud, rule_arn: str) -> None:
    """Send the event that EventBridge sends for a rule whose time has come."""
    cloud.emit(SOURCE, DETAIL_TYPE, {}, [rule_arn])


def fires(rule_arn: str, event: Mapping[str, Any]) -> bool:
    """Tell whether an event says that a rule's time has come."""
    kind = event.get("source"), event.get("detail-type")
    return kind == (SOURCE, DETAIL_TYPE) and rule_arn in event.get("resources", ())


def rules(cloud: Cloud) -> Iterable[Mapping[str, Any]]:
    """Return the default bus's rules."""
    return cloud.client("events").list_rules()["Rules"]


class Schedules:
    """Knows when each rule is due. It delivers nothing and reads no clock."""

    def __init__(self, fire: Callable[[str], None]) -> None:
        self._fire = fire
        self._due: dict[tuple[str, str], float] = {}

    def look(self, found: Iterable[Mapping[str, Any]], now: float) -> None:
        """Fire each rule that is due; one that is new, changed or disabled begins anew."""
        schedules = [rule for rule in found if rule.get("State") != "DISABLED"]
        due: dict[tuple[str, str], float] = {}
        for rule in schedules:
            key = str(rule["Arn"]), str(rule.get("ScheduleExpression", ""))
            seconds = interval(key[1])
            if seconds is None:
                continue
            due[key] = self._due.get(key, now + seconds)
            if now >= due[key]:
                due[key] = now + seconds
                self._fire(key[0])
        self._due = due


def interval(expression: str) -> float | None:
    """Return the seconds between two times that a schedule fires; `None` if it never does."""
    match = _RATE.fullmatch(expression)
    return int(match[1]) * _SECONDS[match[2]] if match else None
