"""A role whose service puts interfaces into our network may do that, there, and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph
    from tests.unit.components.conftest import Variant

ARN = "arn:aws:ec2:us-east-1:123456789012"
SUBNETS = [f"{ARN}:subnet/network-private-{zone}-id" for zone in (0, 1)]


def statements(stack: Graph, policy: str) -> dict[str, dict[str, Any]]:
    """Return a policy's statements by their names."""
    document = json.loads(stack.named(policy).inputs["policy"])
    return {statement["Sid"]: statement for statement in document["Statement"]}


@pytest.mark.parametrize("step", ["training", "hosting"])
def test_sagemaker_places_interfaces_in_our_subnets_and_group_alone(
    step: str, permissions_of: Callable[[str], dict[str, list[str]]]
) -> None:
    permissions = permissions_of(f"hosting-{step}-access-policy")

    assert permissions["ec2:CreateNetworkInterface"] == [
        *SUBNETS,
        f"{ARN}:security-group/network-{step}-id",
        f"{ARN}:network-interface/*",
    ]


@pytest.mark.parametrize("sid", ["HandOverInterfaces", "RemoveInterfaces"])
def test_sagemaker_touches_interfaces_in_our_subnets_alone(sid: str, stack: Graph) -> None:
    statement = statements(stack, "hosting-training-access-policy")[sid]

    assert statement["Condition"] == {"ArnEquals": {"ec2:Subnet": SUBNETS}}


def test_what_is_only_looked_at_changes_nothing(stack: Graph) -> None:
    statement = statements(stack, "hosting-training-access-policy")["LookAtTheNetwork"]

    assert all(action.startswith("ec2:Describe") for action in statement["Action"])


def test_a_function_outside_the_network_has_no_permission_in_it(stack: Graph) -> None:
    permissions = stack.named("trigger-access-policy").inputs["policy"]

    assert "ec2:" not in permissions
    assert "vpcConfig" not in stack.named("trigger-function").inputs


def test_a_private_function_lies_in_both_private_subnets(variant: Variant) -> None:
    function = variant(webserverAccess="private").named("trigger-function")

    assert function.inputs["vpcConfig"] == {
        "subnetIds": ["network-private-0-id", "network-private-1-id"],
        "securityGroupIds": ["network-trigger-id"],
    }


def test_lambda_may_what_a_functions_own_code_may_not(variant: Variant) -> None:
    found = statements(variant(webserverAccess="private"), "trigger-access-policy")

    allowed = {
        action
        for statement in found.values()
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
        if action.startswith("ec2:")
    }
    denied = found["KeepThemFromTheCode"]
    assert set(denied["Action"]) == allowed
    assert denied["Effect"] == "Deny"
    assert denied["Condition"] == {
        "ArnEquals": {
            "lambda:SourceFunctionArn": (
                "arn:aws:lambda:us-east-1:123456789012:function:mlops-dev-trigger"
            )
        }
    }
