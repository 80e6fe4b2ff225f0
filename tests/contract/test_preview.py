"""A changed setting of the real stacks is told as just what it changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ops.graph_json import graph_from_json, graph_to_json
from ops.preview.comparison import compare
from ops.preview.permissions import permission_changes
from ops.preview.words import sentences
from ops.program import StandInCloud, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.graph import Graph
    from ops.preview.comparison import Comparison

    Changed = Callable[..., Comparison]

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("dev", "prod")


def read(stack: str, **settings: str) -> Graph:
    values = {f"mlops:{name}": value for name, value in settings.items()}
    graph = evaluate(ROOT, stack, StandInCloud(), values=values)
    return graph_from_json(json.loads(json.dumps(graph_to_json(graph, ROOT, str))))


@pytest.fixture(scope="module")
def stacks() -> dict[str, Graph]:
    return {stack: read(stack) for stack in STACKS}


@pytest.fixture
def changed(stacks: dict[str, Graph]) -> Changed:
    """Return what compares a stack with itself under other settings."""

    def change(stack: str = "dev", **settings: str) -> Comparison:
        return compare(stacks[stack], read(stack, **settings))

    return change


def kinds(found: Comparison) -> dict[str, list[str]]:
    return {
        kind: [change.name for change in found.of_kind(kind)]
        for kind, count in found.counts.items()
        if count
    }


def paths(found: Comparison) -> dict[str, list[str]]:
    return {change.name: [one.path for one in change.differences] for change in found.changes}


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_evaluated_twice_does_not_differ(
    stack: str, stacks: dict[str, Graph], changed: Changed
) -> None:
    assert changed(stack).changes == ()
    assert permission_changes(stacks[stack], stacks[stack]) == ()


def test_another_class_changes_the_environment_alone(changed: Changed) -> None:
    assert paths(changed(airflowClass="mw1.large")) == {"airflow-environment": ["environmentClass"]}


def test_another_retention_changes_what_keeps_logs_and_nothing_else(
    stacks: dict[str, Graph], changed: Changed
) -> None:
    groups = stacks["dev"].of_type("aws:cloudwatch/logGroup:LogGroup")

    found = paths(changed(logRetentionDays="60"))

    assert found == {
        **{group.name: ["retentionInDays"] for group in groups},
        "storage-logs-lifecycle": ["rules[old-logs].expiration.days"],
    }


@pytest.mark.parametrize("stack", STACKS)
def test_another_network_replaces_the_environment(stack: str, changed: Changed) -> None:
    found = changed(stack, vpcCidr="10.99.0.0/16")

    environment = next(one for one in found.changes if one.name == "airflow-environment")
    assert environment.kind == "replaced"
    assert environment.forced_by == ("networkConfiguration.subnetIds",)
    assert found.counts["added"] == found.counts["deleted"] == 0


def test_a_second_gateway_is_added_with_its_address(changed: Changed) -> None:
    found = changed(natPerZone="true")

    added = {change.type.rpartition(":")[2] for change in found.of_kind("added")}
    assert {"NatGateway", "Eip"} <= added
    assert not found.of_kind("deleted")


def test_protection_is_told_for_each_resource_that_gets_it(changed: Changed) -> None:
    found = changed(protect="true")

    told = {path for each in paths(found).values() for path in each}
    assert told == {"(option) protect", "forceDelete"}  # protected images keep their repository
    assert "storage-data" in paths(found)
    assert "airflow-environment" in paths(found)


def test_a_branch_is_told_inside_of_the_rules_pattern(changed: Changed) -> None:
    found = paths(changed(branch="release"))

    assert "eventPattern.detail.referenceName" in found["build-push-rule"]


def test_a_way_out_that_closes_is_lost_and_gained_in_words(stacks: dict[str, Graph]) -> None:
    closed = read("dev", egress="endpoints", webserverAccess="private")

    told = [one.text for one in sentences(permission_changes(stacks["dev"], closed))]

    assert any("through endpoint `com.amazonaws.us-east-1.sqs`" in text for text in told)
    assert not any("123456789012" in text for text in told)
