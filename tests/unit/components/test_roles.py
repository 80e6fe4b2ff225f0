"""Each step has a role of its own, and nobody is handed it before it may do its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ops.program import Graph

STEPS = {
    "airflow",
    "etl",
    "flow-logs",
    "hosting",
    "image",
    "pipeline",
    "pipeline-start",
    "staging",
    "training",
    "trigger",
}


def test_there_is_one_role_a_step(stack: Graph) -> None:
    names = {resource.inputs["name"] for resource in stack.of_type("aws:iam/role:Role")}

    assert names == {f"mlops-dev-{step}" for step in STEPS}


def test_each_role_has_one_policy_of_its_own(stack: Graph) -> None:
    roles = [resource.inputs["role"] for resource in stack.of_type("aws:iam/rolePolicy:RolePolicy")]

    assert sorted(roles) == sorted(f"mlops-dev-{step}" for step in STEPS)


@pytest.mark.parametrize(
    ("user", "policy"),
    [
        ("airflow-environment", "airflow-access-policy"),
        ("build-image-project", "build-image-access-policy"),
        ("build-pipeline", "build-pipeline-access-policy"),
        ("build-staging-project", "build-staging-access-policy"),
        ("build-start-target", "build-start-access-policy"),
        ("etl-job", "etl-access-policy"),
        ("network-flow-log", "network-flow-access-policy"),
        ("trigger-function", "trigger-access-policy"),
    ],
)
def test_who_uses_a_role_waits_for_its_policy(user: str, policy: str, stack: Graph) -> None:
    users = [resource for resource in stack if resource.name == user and resource.custom]

    (resource,) = users
    assert stack.named(policy).urn in resource.dependencies
