"""When a rule with a schedule fires."""

from __future__ import annotations

from typing import Any

import pytest

from twin.services.schedules import Schedules, fires, interval

ARN = "arn:aws:events:us-east-1:123456789012:rule/schedule"


def rule(expression: str = "rate(5 minutes)", **changes: str) -> dict[str, Any]:
    return {"Arn": ARN, "State": "ENABLED", "ScheduleExpression": expression, **changes}


def fired(*looks: tuple[float, dict[str, Any]]) -> list[float]:
    """Look at these times, with the rule as it is then; return when it fired."""
    times: list[float] = []
    now = 0.0
    schedules = Schedules(lambda _arn: times.append(now))
    for now, found in looks:
        schedules.look([found], now)
    return times


def test_a_rule_fires_once_each_interval() -> None:
    looks = [(float(second), rule()) for second in range(0, 1000, 5)]

    assert fired(*looks) == [300.0, 600.0, 900.0]


def test_a_late_look_fires_once_and_not_for_all_that_was_missed() -> None:
    assert fired((0.0, rule()), (2000.0, rule()), (2005.0, rule())) == [2000.0]


def test_a_disabled_rule_does_not_fire_and_begins_anew() -> None:
    off = rule(State="DISABLED")

    assert fired((0.0, rule()), (300.0, off), (305.0, rule()), (600.0, rule())) == []


def test_a_changed_schedule_begins_anew() -> None:
    other = rule("rate(1 hour)")

    assert fired((0.0, rule()), (299.0, other), (300.0, other), (3899.0, other)) == [3899.0]


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("rate(1 minute)", 60.0),
        ("rate(15 minutes)", 900.0),
        ("rate(2 hours)", 7200.0),
        ("rate(1 day)", 86400.0),
        ("cron(0 12 * * ? *)", None),
        ("", None),
    ],
)
def test_a_rate_is_an_interval(expression: str, seconds: float | None) -> None:
    assert interval(expression) == seconds


def test_only_the_rules_own_time_fires_it() -> None:
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "resources": [ARN]}

    assert fires(ARN, event)
    assert not fires(f"{ARN}-2", event)
    assert not fires(ARN, {**event, "source": "mine"})
