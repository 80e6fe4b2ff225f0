"""The environment is asked for what MWAA can never change, or only tells after half an hour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ops.graph import Resource
    from ops.program import Graph

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(stack: Graph) -> Resource:
    """Return the MWAA environment."""
    return stack.named("airflow-environment")


def test_it_lies_in_exactly_two_private_subnets(environment: Resource) -> None:
    network = environment.inputs["networkConfiguration"]

    assert network["subnetIds"] == ["network-private-0-id", "network-private-1-id"]
    assert network["securityGroupIds"] == ["network-airflow-id"]


def test_its_requirements_have_a_version(environment: Resource) -> None:
    assert environment.inputs["requirementsS3Path"] == "requirements.txt"
    assert environment.inputs["requirementsS3ObjectVersion"] == "version"


def test_running_tasks_end_before_their_worker_goes(environment: Resource) -> None:
    assert environment.inputs["workerReplacementStrategy"] == "GRACEFUL"


def test_mwaa_manages_its_own_endpoints(environment: Resource) -> None:
    assert environment.inputs["endpointManagement"] == "SERVICE"


def test_the_stacks_key_encrypts_it(environment: Resource) -> None:
    assert ":key/" in environment.inputs["kmsKey"]


def test_it_may_take_three_hours(environment: Resource) -> None:
    options = environment.options

    assert {options.create_timeout, options.update_timeout, options.delete_timeout} == {"3h"}


def test_every_kind_of_log_is_kept(environment: Resource) -> None:
    logs = environment.inputs["loggingConfiguration"]

    assert all(log["enabled"] for log in logs.values())
    assert logs["taskLogs"]["logLevel"] == "INFO"
    assert len(logs) == 5


def test_it_waits_for_routes_bucket_settings_and_its_own_policy(
    stack: Graph, environment: Resource
) -> None:
    names = {resource.urn: resource.name for resource in stack}

    awaited = {names[urn] for urn in environment.dependencies if urn in names}

    assert {
        "airflow-access-policy",
        "network-private-default",
        "network-private-0-routes",
        "network-private-1-routes",
        "storage-airflow-public-access",
        "storage-airflow-versioning",
    } <= awaited


def test_its_requirements_are_what_the_image_holds() -> None:
    constraints = (ROOT / "requirements/mwaa-3.2.1-constraints.txt").read_text().splitlines()
    required = [
        line
        for line in (ROOT / "requirements/mwaa.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]

    assert required
    assert all(line.replace("[aiobotocore]", "") in constraints for line in required)
