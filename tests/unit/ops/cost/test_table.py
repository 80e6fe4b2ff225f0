"""The estimate as a person sees it."""

from __future__ import annotations

import io

from rich.console import Console

from ops.cost.estimate import estimate
from ops.cost.table import show
from tests.unit.ops.graphs import graph, resource

MODEL = {
    "endpoint": {"instance_type": "ml.m5.large", "instance_count": 1},
    "training": {"instance_type": "ml.x9.large", "instance_count": 1, "volume_gb": 100},
}


def shown(*types: str, **settings: str) -> str:
    stack = graph(*(resource(token, f"r{index}") for index, token in enumerate(types)))
    file = io.StringIO()
    show(Console(file=file), [estimate(stack, settings, {"abalone": MODEL})])
    return file.getvalue()


def test_the_sum_is_the_title() -> None:
    assert shown().startswith("dev: $84.05 a month")


def test_what_is_below_a_cent_is_put_together() -> None:
    assert "less than a cent each" not in shown()
    assert "1 other " in shown("aws:scheduler/schedule:Schedule")


def test_a_price_that_nobody_knows_is_no_zero() -> None:
    line = next(line for line in shown().splitlines() if "ml.x9.large" in line)

    assert "unknown" in line
    assert "$0.00" not in line


def test_what_it_rests_on_is_below() -> None:
    assert "no free tier, discount or tax is counted" in shown()


def test_what_is_free_is_listed_with_its_reason() -> None:
    assert "IAM costs nothing: iam Role\n" in shown("aws:iam/role:Role")


def test_what_nobody_priced_is_said() -> None:
    assert "not counted, as nobody has priced it: aws:new/thing:Thing" in shown(
        "aws:new/thing:Thing"
    )


def test_a_stack_above_its_budget_is_told() -> None:
    assert "more than the stack's budget of $50" in shown(monthlyBudget="50")


def test_cheap_alarms_share_a_row() -> None:
    alarms = ["aws:cloudwatch/metricAlarm:MetricAlarm"] * 3

    (line,) = [line for line in shown(*alarms).splitlines() if "alarm on 1 metric" in line]

    assert "3 resources" in line
    assert "$0.30" in line


def test_programs_get_each_line_by_itself() -> None:
    alarms = [resource("aws:cloudwatch/metricAlarm:MetricAlarm", f"r{index}") for index in range(3)]

    lines = estimate(graph(*alarms), {}, {}).to_json()["lines"]

    assert [line["monthly"] for line in lines] == [0.1, 0.1, 0.1]


def test_what_all_stacks_rest_on_is_said_once() -> None:
    file = io.StringIO()
    one, two = (estimate(graph(), {"usageRetrainings": number}, {}) for number in ("1", "2"))

    show(Console(file=file), [one, two])

    assert file.getvalue().count("no free tier, discount or tax is counted") == 1
    assert file.getvalue().count("retrainings in all") == 2


def test_no_line_is_wider_than_a_screen() -> None:
    types = ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:new/thing:Thing"]

    assert max(len(line) for line in shown(*types, monthlyBudget="1").splitlines()) <= 100
