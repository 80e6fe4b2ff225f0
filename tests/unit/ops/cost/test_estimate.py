"""The sum of a stack, with what the DAGs make of its models."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ops.cost.estimate import Estimate, estimate
from tests.unit.ops.graphs import graph, resource

NAT = "aws:ec2/natGateway:NatGateway"


def model(instance: str = "ml.m5.large", count: int = 1, **endpoint: Any) -> dict[str, Any]:
    return {
        "endpoint": {"instance_type": instance, "instance_count": count, **endpoint},
        "training": {"instance_type": instance, "instance_count": 1, "volume_gb": 0},
    }


def of_models(settings: dict[str, str] | None = None, **models: Any) -> Estimate:
    return estimate(graph(), settings or {}, models)


def cost_of(found: Estimate, name: str) -> float:
    return round(found.by_resource[name], 2)


def test_an_endpoint_runs_all_month() -> None:
    assert cost_of(of_models(abalone=model()), "endpoint of abalone") == 83.95


def test_each_instance_of_an_endpoint_counts() -> None:
    assert cost_of(of_models(abalone=model(count=2)), "endpoint of abalone") == 167.90


def test_an_endpoint_that_scales_counts_its_least_and_names_its_most() -> None:
    scaling = {"min_instances": 2, "max_instances": 5}

    found = of_models(abalone=model(count=3, scaling=scaling))

    assert cost_of(found, "endpoint of abalone") == 167.90
    assert "under load up to 5" in found.lines[0].what


def test_the_stacks_instance_type_wins_over_the_models() -> None:
    settings = {"endpointInstanceType": "ml.t2.medium", "trainingInstanceType": "ml.m5.xlarge"}

    found = of_models(settings, abalone=model())

    assert cost_of(found, "endpoint of abalone") == 40.88
    assert "ml.m5.xlarge" in next(one.what for one in found.lines if "training" in one.resource)


def test_an_empty_setting_leaves_the_models_own() -> None:
    found = of_models({"endpointInstanceType": ""}, abalone=model())

    assert cost_of(found, "endpoint of abalone") == 83.95


def test_models_share_the_retrainings() -> None:
    settings = {"usageRetrainings": "120", "usageTrainingMinutes": "60"}

    one = of_models(settings, a=model())
    two = of_models(settings, a=model(), b=model())

    assert cost_of(one, "training of a") == 13.80
    assert cost_of(two, "training of a") == cost_of(two, "training of b") == 6.90


def test_a_comparison_counts_where_the_model_asks_for_one() -> None:
    compared = {**model(count=3), "evaluation": {"champion": {"not_worse_at": 0.9}}}

    found = of_models({"usageRetrainings": "200"}, a=compared, b={**model(), "evaluation": {}})

    assert cost_of(found, "comparison of a") == 0.58  # 100 times three minutes of one instance
    assert "comparison of b" not in found.by_resource


def test_the_sum_is_that_of_all_lines_the_dearest_first() -> None:
    found = estimate(graph(resource(NAT, "nat")), {}, {"a": model()})

    assert found.monthly == sum(one.monthly for one in found.lines)
    assert [one.monthly for one in found.lines] == sorted(
        (one.monthly for one in found.lines), reverse=True
    )
    assert list(found.by_resource)[:2] == ["endpoint of a", "nat"]


def test_components_cost_nothing_and_need_no_price() -> None:
    found = estimate(graph(resource("mlops:network:Network", "n")), {}, {})

    assert (found.monthly, found.unpriced) == (0, ())


def test_a_type_that_nobody_thought_of_is_named() -> None:
    found = estimate(graph(resource("aws:new/thing:Thing", "t")), {}, {})

    assert found.unpriced == ("aws:new/thing:Thing",)


def test_what_is_free_says_why() -> None:
    found = estimate(graph(resource("aws:iam/role:Role", "r")), {}, {})

    assert found.free == {"aws:iam/role:Role": "IAM costs nothing"}


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("us-east-1", "list prices of us-east-1 as known in 2025-06, in US dollars"),
        ("us-west-2", "those of us-west-2 are the same"),
        ("eu-central-1", "there are none here for eu-central-1"),
    ],
)
def test_a_region_without_prices_says_whose_are_taken(region: str, said: str) -> None:
    found = estimate(graph(), {"aws:region": region}, {})

    assert said in found.assumptions[0]


def test_a_version_without_settings_of_usage_gets_the_defaults() -> None:
    assert "60 retrainings" in " ".join(of_models().assumptions)


@pytest.mark.parametrize(("budget", "over"), [("0", False), ("80", True), ("90", False)])
def test_a_budget_that_would_be_used_up_is_noticed(budget: str, *, over: bool) -> None:
    found = of_models({"monthlyBudget": budget, "usageRetrainings": "0"}, a=model())

    assert found.is_over_budget is over


def test_programs_get_the_estimate_as_json() -> None:
    document = json.loads(json.dumps(of_models(a=model()).to_json()))

    assert document["monthly"] == pytest.approx(84.53, abs=0.01)
    assert document["lines"][0]["resource"] == "endpoint of a"
