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
