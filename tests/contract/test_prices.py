"""Every resource of the program has a price, or a reason why it has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.load import load_model
from ops.cost.estimate import Estimate, estimate
from ops.cost.free import FREE
from ops.cost.lines import RULES
from ops.preview.versions import evaluate_version
from ops.program import StandInCloud, evaluate

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("dev", "prod")

AS_CONFIGURED, SMALLEST = 519, 336
"""Dollars a month that the original project costs: as it is configured, with Airflow small and two
NAT gateways; and with the smallest Airflow and one. Measured by others, from list prices."""

BAND = 0.06
"""How far ours may be from them: what it has more is named, beside the prices, in docs/cost.md."""


@pytest.fixture(scope="module")
def estimates() -> dict[str, Estimate]:
    found = evaluate_version(ROOT, STACKS, b"key", "the working tree")
    return {stack: estimate(one.graph, one.settings, one.models) for stack, one in found.items()}


@pytest.mark.parametrize("stack", STACKS)
def test_every_type_is_priced_or_free_for_a_reason(
    estimates: dict[str, Estimate], stack: str
) -> None:
    assert estimates[stack].unpriced == ()


@pytest.mark.parametrize("stack", STACKS)
def test_every_price_that_is_needed_is_known(estimates: dict[str, Estimate], stack: str) -> None:
    assert [line for line in estimates[stack].lines if not line.known] == []


def test_no_type_is_both_priced_and_free() -> None:
    assert set(RULES) & set(FREE) == set()


@pytest.mark.parametrize(
    ("settings", "measured"),
    [
        ({"airflowClass": "mw1.small", "natPerZone": "true"}, AS_CONFIGURED),
        ({"airflowClass": "mw1.micro", "airflowMaxWorkers": "1"}, SMALLEST),
    ],
)
def test_the_sum_is_near_what_others_measured(settings: dict[str, str], measured: int) -> None:
    values = {f"mlops:{name}": value for name, value in settings.items()}
    graph = evaluate(ROOT, "dev", StandInCloud(), values=values)
    models = {"abalone": load_model(ROOT / "models/abalone.yaml").to_json()}

    found = estimate(graph, {}, models)

    assert found.monthly == pytest.approx(measured, rel=BAND)
