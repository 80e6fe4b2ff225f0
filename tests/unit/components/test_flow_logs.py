"""Who spoke to whom is written down, encrypted, and kept as long as the stack says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph


def test_all_traffic_of_the_network_is_written_down(
    inputs_of: Callable[[str], dict[str, Any]],
) -> None:
    log = inputs_of("network-flow-log")

    assert log["vpcId"] == "network-vpc-id"
    assert log["trafficType"] == "ALL"
    assert log["logDestinationType"] == "cloud-watch-logs"
    assert log["logDestination"].endswith(":log-group:/aws/vpc-flow-logs/mlops-dev-network")


def test_it_is_encrypted_and_kept_as_long_as_the_stack_says(
    inputs_of: Callable[[str], dict[str, Any]],
) -> None:
    group = inputs_of("network-flow-logs")

    assert group["retentionInDays"] == 14
    assert ":key/" in group["kmsKeyId"]


def test_the_role_is_the_services_in_our_account_alone(
    inputs_of: Callable[[str], dict[str, Any]],
) -> None:
    (statement,) = json.loads(inputs_of("network-flow-access-role")["assumeRolePolicy"])[
        "Statement"
    ]

    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == "123456789012"


def test_the_role_writes_to_that_group_alone(
    permissions_of: Callable[[str], dict[str, list[str]]],
) -> None:
    permissions = permissions_of("network-flow-access-policy")

    streams = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vpc-flow-logs/mlops-dev-network:*"
    assert permissions["logs:PutLogEvents"] == [streams]
    assert permissions["logs:CreateLogStream"] == [streams]
    assert "logs:CreateLogGroup" not in permissions


def test_it_is_written_only_when_the_role_may(stack: Graph) -> None:
    log = stack.named("network-flow-log")

    assert stack.named("network-flow-access-policy").urn in log.dependencies
