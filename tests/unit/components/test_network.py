"""The network is what MWAA needs: two private subnets in two zones, and a way out."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

import pytest

from components.network import plan_subnets

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph


@pytest.mark.parametrize("cidr", ["10.42.0.0/16", "192.168.8.0/22"])
def test_subnets_lie_in_the_network_and_apart(cidr: str) -> None:
    plan = plan_subnets(cidr)

    subnets = [ipaddress.IPv4Network(subnet) for subnet in (*plan.private, *plan.public)]
    assert all(subnet.subnet_of(ipaddress.IPv4Network(cidr)) for subnet in subnets)
    assert not any(a.overlaps(b) for a in subnets for b in subnets if a is not b)
    assert all(subnet.prefixlen <= 28 for subnet in subnets)


def test_a_quarter_of_the_network_stays_free() -> None:
    plan = plan_subnets("10.0.0.0/16")

    free = ipaddress.IPv4Network("10.0.192.0/18")
    used = [ipaddress.IPv4Network(subnet) for subnet in (*plan.private, *plan.public)]
    assert not any(subnet.overlaps(free) for subnet in used)


@pytest.mark.parametrize("kind", ["private", "public"])
def test_there_are_two_subnets_of_a_kind_in_two_zones(kind: str, stack: Graph) -> None:
    subnets = [
        resource.inputs
        for resource in stack.of_type("aws:ec2/subnet:Subnet")
        if f"-{kind}-" in resource.name
    ]

    assert [subnet["availabilityZone"] for subnet in subnets] == ["us-east-1a", "us-east-1b"]
    assert not any(subnet["mapPublicIpOnLaunch"] for subnet in subnets)


def test_private_subnets_leave_through_the_nat_gateway(
    inputs_of: Callable[[str], dict[str, Any]],
) -> None:
    route = inputs_of("network-private-default")

    assert route["destinationCidrBlock"] == "0.0.0.0/0"
    assert route["natGatewayId"] == "network-nat-id"
    assert inputs_of("network-nat")["subnetId"] == "network-public-0-id"


def test_public_subnets_leave_through_the_internet_gateway(
    inputs_of: Callable[[str], dict[str, Any]],
) -> None:
    assert inputs_of("network-public-default")["gatewayId"] == "network-internet-id"


def test_every_subnet_has_the_routes_of_its_kind(stack: Graph) -> None:
    pairs = {
        (resource.inputs["subnetId"], resource.inputs["routeTableId"])
        for resource in stack.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation")
    }

    assert pairs == {
        ("network-private-0-id", "network-private-id"),
        ("network-private-1-id", "network-private-id"),
        ("network-public-0-id", "network-public-id"),
        ("network-public-1-id", "network-public-id"),
    }


def test_s3_is_reached_without_the_nat_gateway(inputs_of: Callable[[str], dict[str, Any]]) -> None:
    endpoint = inputs_of("network-s3")

    assert endpoint["vpcEndpointType"] == "Gateway"
    assert endpoint["serviceName"] == "com.amazonaws.us-east-1.s3"
    assert endpoint["routeTableIds"] == ["network-private-id"]


def test_only_airflow_reaches_airflow(stack: Graph) -> None:
    (rule,) = stack.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")

    assert rule.inputs["referencedSecurityGroupId"] == rule.inputs["securityGroupId"]
    assert "cidrIpv4" not in rule.inputs
