"""Every figure of dollars that a page names is what the program costs by `ops.cost`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.load import load_models
from ops.cost.estimate import Estimate, estimate
from ops.cost.prices import PRICES
from ops.preview.versions import evaluate_version
from ops.program import StandInCloud, evaluate
from ops.urns import name_of
from tests.deploy_page import left_out

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
FIGURE = re.compile(r"\$\d[\d,]*(?:\.\d+)?")

FIRST_STEP = ("network-", "keys-", "storage-", "monitoring-")
"""Beginnings of the names of what costs by being there; the rest costs when it is used."""


@pytest.fixture(scope="module")
def dev() -> Estimate:
    return of_stack("dev")


@pytest.fixture(scope="module")
def prod() -> Estimate:
    return of_stack("prod")


def of_stack(stack: str, **settings: str) -> Estimate:
    """Return what a stack costs, with settings that win over its file's."""
    one = evaluate_version(ROOT, [stack], b"key", "the working tree")[stack]
    if not settings:
        return estimate(one.graph, one.settings, one.models)
    values = {f"mlops:{name}": value for name, value in settings.items()}
    graph = evaluate(ROOT, stack, StandInCloud(), values=values)
    models = {name: model.to_json() for name, model in load_models(ROOT / "models").items()}
    return estimate(graph, one.settings, models)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def exactly(amount: float) -> str:
    return f"${amount:,.2f}"


def roughly(amount: float) -> str:
    return f"${amount:,.0f}"


def priced(found: Estimate, *words: str) -> float:
    """Return the sum of the lines that say one of these words."""
    return sum(one.monthly for one in found.lines if any(word in one.what for word in words))


def rented(found: Estimate) -> float:
    """Return what the NAT gateways and their addresses cost."""
    return priced(found, "NAT gateway: 730 h", "public IPv4 address")


def test_the_page_of_costs_names_what_dev_costs(dev: Estimate) -> None:
    airflow = exactly(priced(dev, "Airflow mw1.small"))
    endpoint = exactly(dev.by_resource["endpoint of abalone"])
    gateway = exactly(priced(dev, "NAT gateway: 730 h"))

    row = (
        f"| dev | {exactly(dev.monthly)} | Airflow `mw1.small` {airflow}, "
        f"one endpoint {endpoint}, a NAT gateway {gateway} |"
    )
    assert row in page("docs/cost.md")


def test_the_page_of_costs_names_what_prod_costs(prod: Estimate) -> None:
    airflow = exactly(priced(prod, "Airflow mw1.medium", "further worker"))
    endpoint = exactly(prod.by_resource["endpoint of abalone"])
    gateways = exactly(priced(prod, "NAT gateway: 730 h"))

    row = (
        f"| prod | {exactly(prod.monthly)} | Airflow `mw1.medium` with two workers {airflow}, "
        f"one endpoint {endpoint}, a NAT gateway in each of two zones {gateways} |"
    )
    assert row in page("docs/cost.md")


def test_what_a_smaller_airflow_saves_is_named(dev: Estimate) -> None:
    smaller = of_stack("dev", airflowClass="mw1.micro", airflowMaxWorkers="1")

    saved = roughly(dev.monthly - smaller.monthly)

    named = "| `airflowClass: mw1.micro`, `airflowMaxWorkers: 1` | about"
    assert f"{named} {saved} a month |" in page("docs/cost.md")


def test_what_one_gateway_for_all_zones_saves_is_named(prod: Estimate) -> None:
    one = of_stack("prod", natPerZone="false")

    saved = exactly(prod.monthly - one.monthly)

    assert f"| `natPerZone: false` | {saved} |" in page("docs/cost.md")


def test_the_way_to_a_stack_names_what_each_step_costs(dev: Estimate, prod: Estimate) -> None:
    later = {name_of(urn) for urn in left_out(evaluate(ROOT, "dev", StandInCloud()))}
    first = sum(
        monthly
        for name, monthly in dev.by_resource.items()
        if name.startswith(FIRST_STEP) and name not in later
    )
    gateway, endpoint = rented(dev), dev.by_resource["endpoint of abalone"]

    told = page("docs/deploy.md")

    by_the_hour = f"{roughly(first)} a month, by the hour: a NAT gateway and its address"
    assert f"| {by_the_hour} {exactly(gateway)}, keys, alarms and logs the rest |" in told
    assert f"| {roughly(dev.monthly)} a month for dev, in all |" in told
    assert f"| an endpoint's instance: {roughly(endpoint)} a month of those |" in told
    assert f"| {roughly(prod.monthly)} a month |" in told


def test_the_page_of_previews_shows_what_a_larger_airflow_costs(
    dev: Estimate, prod: Estimate
) -> None:
    larger = of_stack("dev", airflowClass="mw1.medium").monthly

    change = f"{exactly(dev.monthly)} → {exactly(larger)} (**+{exactly(larger - dev.monthly)}**)"

    assert f"| {change} |" in page("docs/preview.md")
    assert f"| {exactly(prod.monthly)} |" in page("docs/preview.md")


def test_the_page_of_the_network_names_what_a_way_out_costs(dev: Estimate, prod: Estimate) -> None:
    told = page("docs/network.md")

    assert f"| one NAT gateway and its address | {exactly(rented(dev))} |" in told
    assert f"| one a zone | {exactly(rented(prod))} |" in told
    for price in ("network.nat.data", "network.endpoint.data"):
        assert f"${PRICES[price].dollars} " in told


def test_the_page_of_the_etl_names_what_runs_cost() -> None:
    told = page("docs/glue.md")

    price = PRICES["glue"].dollars
    assert f"one DPU: {exactly(price)} an hour" in told
    for minutes, workers in ((3, 2), (30, 10), (120, 10)):
        hours = minutes / 60 * workers
        assert re.search(
            rf"\| {minutes} minutes on {workers} workers.* \| {hours:g} \| "
            rf"{re.escape(exactly(hours * price))} \|",
            told,
        )


def test_no_page_names_a_figure_that_nothing_holds() -> None:
    held = {
        "docs/cost.md": 10,
        "docs/deploy.md": 5,
        "docs/glue.md": 4,
        "docs/network.md": 6,  # two of them: test_network_page.py
        "docs/preview.md": 4,
    }

    named = {
        str(path.relative_to(ROOT)): len(found)
        for path in PAGES
        if (found := FIGURE.findall(path.read_text(encoding="utf-8")))
    }

    assert named == held
