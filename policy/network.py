"""The network: private by default, watched, and MWAA inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.rule import Rule, each_has, equals, expect, finding, is_production, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.graph import Graph, Resource
    from policy.rule import Finding

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ENVIRONMENT = "aws:mwaa/environment:Environment"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
EVERYWHERE = ("0.0.0.0/0", "::/0")
ZONES = 2


def no_public_addresses(graph: Graph) -> Iterator[Finding]:
    """Find subnets that give a public address to whatever starts in them."""
    yield from expect(graph, SUBNET, "mapPublicIpOnLaunch", lambda on: not on, "not true")


def default_group_closed(graph: Graph) -> Iterator[Finding]:
    """Find networks whose default security group lets anything through."""
    closed = each_has(
        graph,
        VPC,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "vpcId",
        lambda group: not group.inputs.get("ingress") and not group.inputs.get("egress"),
    )
    for vpc, _ in closed:
        yield finding(vpc, "an open default group", "a DefaultSecurityGroup without rules")


def flows_logged(graph: Graph) -> Iterator[Finding]:
    """Find networks whose traffic nobody can look up."""
    logged = each_has(
        graph,
        VPC,
        "aws:ec2/flowLog:FlowLog",
        "vpcId",
        lambda log: log.inputs.get("trafficType") == "ALL",
    )
    for vpc, _ in logged:
        yield finding(vpc, "no flow log", "a FlowLog of traffic type 'ALL'")


def nobody_comes_in(graph: Graph) -> Iterator[Finding]:
    """Find rules that let the internet in."""
    for rule in graph.of_type(INGRESS):
        for name in ("cidrIpv4", "cidrIpv6"):
            if rule.inputs.get(name) in EVERYWHERE:
                yield finding(rule, rule.inputs[name], "a security group, or a network of ours")


def rules_outside_groups(graph: Graph) -> Iterator[Finding]:
    """Find security groups with rules inside, which fight with rules that are resources."""
    for group in graph.of_type(GROUP):
        for name in ("ingress", "egress"):
            if group.inputs.get(name):
                yield finding(group, f"{name} rules inside the group", "rules as resources")
    for rule in graph.of_type(OLD_RULE):
        yield finding(rule, "a rule of the older type", f"{INGRESS}, or its like for the way out")


def rules_described(graph: Graph) -> Iterator[Finding]:
    """Find rules of which nobody can tell what they are for."""
    for token in (INGRESS, EGRESS, GROUP):
        yield from expect(graph, token, "description", bool, "a sentence")


def airflow_private(graph: Graph) -> Iterator[Finding]:
    """Find environments in a subnet that a route leads to from the internet, or in one zone."""
    public = public_subnets(graph)
    for environment in graph.of_type(ENVIRONMENT):
        used = environment.property_dependencies.get("networkConfiguration", frozenset())
        subnets = [subnet for subnet in graph.of_type(SUBNET) if subnet.urn in used]
        zones = {subnet.inputs.get("availabilityZone") for subnet in subnets}
        if len(subnets) != ZONES or len(zones) != ZONES:
            names = sorted(subnet.name for subnet in subnets)
            yield finding(environment, names, "two subnets in two zones")
        exposed = sorted(subnet.name for subnet in subnets if subnet.urn in public)
        if exposed:
            yield finding(environment, exposed, "subnets without a route to an internet gateway")


def web_server_private(graph: Graph) -> Iterator[Finding]:
    """Find production environments whose web server the internet reaches."""
    if is_production(graph):
        wanted = "PRIVATE_ONLY"
        yield from expect(
            graph, ENVIRONMENT, "webserverAccessMode", equals(wanted), f"{wanted!r} in production"
        )


def public_subnets(graph: Graph) -> set[str]:
    """Return the URNs of the subnets with a route to an internet gateway."""
    gateways = {gateway.urn for gateway in graph.of_type("aws:ec2/internetGateway:InternetGateway")}
    return {
        urn
        for table in graph.of_type("aws:ec2/routeTable:RouteTable")
        if any(_leads_to(route, gateways) for route in _routes(graph, table))
        for association in settings_of(
            graph,
            table,
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            "routeTableId",
        )
        for urn in association.property_dependencies.get("subnetId", frozenset())
    }


def _routes(graph: Graph, table: Resource) -> list[Resource]:
    return settings_of(graph, table, "aws:ec2/route:Route", "routeTableId")


def _leads_to(route: Resource, gateways: set[str]) -> bool:
    return bool(gateways & route.property_dependencies.get("gatewayId", frozenset()))


RULES = (
    Rule(
        name="subnet-without-public-addresses",
        says="Nothing gets a public address by starting in a subnet.",
        do="leave map_public_ip_on_launch false",
        check=no_public_addresses,
    ),
    Rule(
        name="default-group-closed",
        says="A network's default security group lets nothing through.",
        do="adopt it as a DefaultSecurityGroup without rules",
        check=default_group_closed,
    ),
    Rule(
        name="flows-logged",
        says="A network's traffic is logged.",
        do="give the VPC a FlowLog",
        check=flows_logged,
    ),
    Rule(
        name="nobody-comes-in",
        says="No port is open to the internet.",
        do="refer to a security group instead of an address",
        check=nobody_comes_in,
    ),
    Rule(
        name="group-rules-as-resources",
        says="Rules of a security group are resources of their own.",
        do="use SecurityGroupIngressRule and SecurityGroupEgressRule",
        check=rules_outside_groups,
    ),
    Rule(
        name="group-rules-described",
        says="A security group and each of its rules say what they are for.",
        do="give it a description",
        check=rules_described,
    ),
    Rule(
        name="airflow-private",
        says="Airflow runs in two private subnets in two zones.",
        do="hand it the network's private subnets",
        check=airflow_private,
    ),
    Rule(
        name="airflow-web-server-private",
        says="In production Airflow's web server is reached from inside the network alone.",
        do="set webserverAccess to private in the stack's file",
        check=web_server_private,
    ),
)
