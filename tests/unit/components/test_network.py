"""The network is what its stack asks for: private subnets in two zones, and one of two ways out."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

import pytest

from components.network import plan_subnets

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph
    from tests.unit.components.conftest import Variant

ROUTE = "aws:ec2/route:Route"
NAT = "aws:ec2/natGateway:NatGateway"
SUBNET = "aws:ec2/subnet:Subnet"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


@pytest.fixture
def closed(variant: Variant) -> Graph:
    """Return the dev stack without a way out."""
    return variant(egress="endpoints", webserverAccess="private")


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
        resource.inputs for resource in stack.of_type(SUBNET) if f"-{kind}-" in resource.name
    ]

    assert [subnet["availabilityZone"] for subnet in subnets] == ["us-east-1a", "us-east-1b"]
    assert not any(subnet["mapPublicIpOnLaunch"] for subnet in subnets)


@pytest.mark.parametrize("zone", [0, 1])
def test_each_private_subnet_has_a_route_table_of_its_own(
    zone: int, inputs_of: Callable[[str], dict[str, Any]]
) -> None:
    pair = inputs_of(f"network-private-{zone}-routes-0")

    assert pair["subnetId"] == f"network-private-{zone}-id"
    assert pair["routeTableId"] == f"network-private-{zone}-table-id"


@pytest.mark.parametrize("zone", [0, 1])
def test_one_nat_gateway_serves_both_zones_where_one_is_enough(zone: int, stack: Graph) -> None:
    route = stack.named(f"network-private-{zone}-default").inputs

    assert len(stack.of_type(NAT)) == 1
    assert route["routeTableId"] == f"network-private-{zone}-table-id"
    assert route["destinationCidrBlock"] == "0.0.0.0/0"
    assert route["natGatewayId"] == "network-nat-0-id"


@pytest.mark.parametrize("zone", [0, 1])
def test_with_one_a_zone_each_leaves_through_its_own(zone: int, variant: Variant) -> None:
    stack = variant(natPerZone="true")

    route = stack.named(f"network-private-{zone}-default").inputs
    gateway = stack.named(f"network-nat-{zone}").inputs

    assert len(stack.of_type(NAT)) == 2
    assert route["natGatewayId"] == f"network-nat-{zone}-id"
    assert gateway["subnetId"] == f"network-public-{zone}-id"
    assert gateway["allocationId"] == f"network-nat-{zone}-address-id"


def test_production_has_a_nat_gateway_a_zone(variant: Variant) -> None:
    assert len(variant("prod").of_type(NAT)) == 2


def test_public_subnets_leave_through_the_internet_gateway(
    inputs_of: Callable[[str], dict[str, Any]],
) -> None:
    assert inputs_of("network-public-default")["gatewayId"] == "network-internet-id"


def test_a_nat_gateway_waits_for_the_way_that_it_takes(stack: Graph) -> None:
    gateway = stack.named("network-nat-0")

    assert stack.named("network-public-default").urn in gateway.dependencies


def test_without_a_way_out_there_is_nothing_that_leads_to_the_internet(closed: Graph) -> None:
    types = {resource.type for resource in closed}

    assert not types & {
        ROUTE,
        NAT,
        "aws:ec2/eip:Eip",
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    }
    assert [subnet.name for subnet in closed.of_type(SUBNET)] == [
        "network-private-0",
        "network-private-1",
    ]


def test_without_a_way_out_no_group_lets_anything_out_of_the_network(closed: Graph) -> None:
    rules = closed.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")

    assert {rule.inputs.get("cidrIpv4") for rule in rules} <= {None, "10.42.0.0/16"}


@pytest.mark.parametrize("settings", [{}, {"egress": "endpoints", "webserverAccess": "private"}])
def test_s3_is_reached_without_detour(settings: dict[str, str], variant: Variant) -> None:
    endpoint = variant(**settings).named("network-s3").inputs

    assert endpoint["vpcEndpointType"] == "Gateway"
    assert endpoint["serviceName"] == "com.amazonaws.us-east-1.s3"
    assert endpoint["routeTableIds"] == ["network-private-0-table-id", "network-private-1-table-id"]


def test_the_networks_own_group_is_closed(inputs_of: Callable[[str], dict[str, Any]]) -> None:
    group = inputs_of("network-default")

    assert group["vpcId"] == "network-vpc-id"
    assert "ingress" not in group
    assert "egress" not in group


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize(
    ("settings", "interfaces"),
    [
        ({}, 0),
        ({"natPerZone": "true"}, 0),
        ({"webserverAccess": "private"}, 1),
        ({"egress": "endpoints", "webserverAccess": "private"}, 13),
    ],
)
def test_the_whole_program_takes_each_combination(
    settings: dict[str, str],
    interfaces: int,
    preview: bool,  # noqa: FBT001 - a table's column
    variant: Variant,
) -> None:
    stack = variant(preview=preview, **settings)

    kinds = [endpoint.inputs["vpcEndpointType"] for endpoint in stack.of_type(ENDPOINT)]

    assert sorted(kinds) == ["Gateway", *["Interface"] * interfaces]


def test_a_preview_has_every_resource(variant: Variant) -> None:
    settings = {"egress": "endpoints", "webserverAccess": "private"}

    names = {resource.urn for resource in variant(**settings)}

    assert {resource.urn for resource in variant(preview=True, **settings)} == names


@pytest.mark.parametrize(
    ("now", "once"),
    [
        ("network-nat-0", "network-nat"),
        ("network-nat-0-address", "network-nat-address"),
        ("network-private-0-table", "network-private"),
        ("network-private-1-routes-0", "network-private-1-routes"),
        ("network-public-routes-1", "network-public-1-routes"),
    ],
)
def test_what_was_once_called_otherwise_is_kept(now: str, once: str, stack: Graph) -> None:
    aliases = stack.named(now).options.aliases

    assert [alias.rsplit("::", 1)[-1] for alias in aliases] == [once]


def test_a_subnet_stays_where_it_is_whichever_zones_are_well_later(stack: Graph) -> None:
    """A zone that is out is no longer listed, and another subnet is another environment."""
    subnets = list(stack.of_type("aws:ec2/subnet:Subnet"))

    assert {subnet.options.ignore_changes for subnet in subnets} == {("availabilityZone",)}
