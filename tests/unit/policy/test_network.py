"""Each rule about the network finds what breaks it, and is silent about what keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policy import network
from tests.unit.policy.builders import broken, graph, resource

if TYPE_CHECKING:
    from ops.graph import Graph, Resource

VPC = resource(network.VPC, "v")
DEFAULT = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
SUBNETS = (
    resource(network.SUBNET, "s0", availabilityZone="a"),
    resource(network.SUBNET, "s1", availabilityZone="b"),
)
ENVIRONMENT = resource(
    network.ENVIRONMENT, "e", uses={"networkConfiguration": "s0 s1"}, webserverAccessMode="P"
)
WAY_OUT = (
    resource("aws:ec2/internetGateway:InternetGateway", "g"),
    resource("aws:ec2/routeTable:RouteTable", "t"),
    resource("aws:ec2/route:Route", "r", uses={"routeTableId": "t", "gatewayId": "g"}),
    resource(ASSOCIATION, "x", uses={"routeTableId": "t", "subnetId": "s1"}),
)


def ingress(**inputs: Any) -> Resource:
    """Return a rule that lets something in."""
    return resource(network.INGRESS, **inputs)


CASES: dict[str, tuple[Graph, Graph]] = {
    "subnet-without-public-addresses": (
        graph(resource(network.SUBNET, mapPublicIpOnLaunch=False)),
        graph(resource(network.SUBNET, mapPublicIpOnLaunch=True)),
    ),
    "default-group-closed": (
        graph(VPC, resource(DEFAULT, uses={"vpcId": "v"})),
        graph(VPC, resource(DEFAULT, uses={"vpcId": "v"}, egress=[{"protocol": "-1"}])),
    ),
    "flows-logged": (
        graph(VPC, resource(FLOW_LOG, uses={"vpcId": "v"}, trafficType="ALL")),
        graph(VPC, resource(FLOW_LOG, uses={"vpcId": "v"}, trafficType="REJECT")),
    ),
    "nobody-comes-in": (
        graph(ingress(referencedSecurityGroupId="sg")),
        graph(ingress(cidrIpv4="0.0.0.0/0")),
    ),
    "group-rules-as-resources": (
        graph(resource(network.GROUP, description="a group")),
        graph(resource(network.GROUP, description="a group", ingress=[{"protocol": "tcp"}])),
    ),
    "group-rules-described": (
        graph(ingress(description="our own parts")),
        graph(ingress(description="")),
    ),
    "airflow-private": (graph(*SUBNETS, ENVIRONMENT), graph(*SUBNETS, *WAY_OUT, ENVIRONMENT)),
    "airflow-web-server-private": (
        graph(resource(network.ENVIRONMENT, webserverAccessMode="PRIVATE_ONLY"), stack="prod"),
        graph(resource(network.ENVIRONMENT, webserverAccessMode="PUBLIC_ONLY"), stack="prod"),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_keeps_a_rule_is_left_alone(rule: str) -> None:
    kept, _ = CASES[rule]

    assert rule not in broken(network.RULES, kept)


@pytest.mark.parametrize("rule", CASES)
def test_what_breaks_a_rule_is_found(rule: str) -> None:
    _, breaking = CASES[rule]

    assert rule in broken(network.RULES, breaking)


def test_everybody_of_the_newer_internet_is_found() -> None:
    assert "nobody-comes-in" in broken(network.RULES, graph(ingress(cidrIpv6="::/0")))


@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_each_way_through_a_group_is_looked_at(way: str) -> None:
    rules: dict[str, Any] = {way: [{"protocol": "-1"}]}
    own = graph(resource(network.GROUP, description="a group", **rules))
    default = graph(VPC, resource(DEFAULT, uses={"vpcId": "v"}, **rules))

    assert "group-rules-as-resources" in broken(network.RULES, own)
    assert "default-group-closed" in broken(network.RULES, default)


def test_three_subnets_in_two_zones_are_found() -> None:
    third = resource(network.SUBNET, "s2", availabilityZone="b")
    environment = resource(network.ENVIRONMENT, "e", uses={"networkConfiguration": "s0 s1 s2"})

    assert "airflow-private" in broken(network.RULES, graph(*SUBNETS, third, environment))


def test_two_subnets_in_one_zone_are_found() -> None:
    one_zone = [resource(network.SUBNET, name, availabilityZone="a") for name in ("s0", "s1")]

    assert "airflow-private" in broken(network.RULES, graph(*one_zone, ENVIRONMENT))


def test_outside_production_a_public_web_server_is_a_choice() -> None:
    public = graph(resource(network.ENVIRONMENT, webserverAccessMode="PUBLIC_ONLY"))

    assert "airflow-web-server-private" not in broken(network.RULES, public)


def test_a_rule_of_a_type_that_no_other_rule_reads_is_found() -> None:
    old = resource(network.OLD_RULE, type="ingress", cidrBlocks=["0.0.0.0/0"])

    assert "group-rules-as-resources" in broken(network.RULES, graph(old))
