"""Checks of VPC endpoints, and of the security groups on both sides of them. Pure."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from ops.preflight.check import Check, Fault

if TYPE_CHECKING:
    from ops.preflight.snapshot import Endpoint, Group, GroupRule, Subnet
    from ops.preflight.wanted import Wanted

HTTPS = 443


def are_offered(wanted: Wanted, offered: frozenset[str]) -> Fault | None:
    """Not every region offers an endpoint of every service."""
    services = (*wanted.gateway_services, *wanted.interface_services)
    missing = [service for service in services if service not in offered]
    if not missing:
        return None
    return Fault(
        found=f"{wanted.region} does not offer {', '.join(missing)}",
        expected="an endpoint service for each",
        do="deploy in another region, or set mlops:egress to nat",
    )


def s3_is_routed(
    wanted: Wanted, endpoints: tuple[Endpoint, ...], subnets: tuple[Subnet, ...]
) -> Fault | None:
    """The gateway endpoint is a route: each private subnet's table has to have it."""
    routed = {
        table
        for endpoint in endpoints
        if endpoint.service in wanted.gateway_services and endpoint.state == "available"
        for table in endpoint.route_tables
    }
    lost = [subnet.id for subnet in subnets if subnet.route_table not in routed]
    if not lost:
        return None
    return Fault(
        found=f"no route to S3's endpoint from {', '.join(lost)}",
        expected="the gateway endpoint in each private route table",
        do="pulumi up: network-s3 names the tables",
    )


def services_are_reached(
    wanted: Wanted, endpoints: tuple[Endpoint, ...], subnets: tuple[Subnet, ...]
) -> Fault | None:
    """Each service has an endpoint in both subnets that answers under the service's own name."""
    by_service = {
        endpoint.service: endpoint for endpoint in endpoints if endpoint.kind == "Interface"
    }
    faults = [
        f"{service.rsplit('amazonaws.', 1)[-1].partition('.')[2]} {fault}"
        for service in wanted.interface_services
        if (fault := _what_is_wrong(by_service.get(service), subnets))
    ]
    if not faults:
        return None
    return Fault(
        found="; ".join(faults),
        expected="available in both private subnets, with private DNS",
        do="pulumi up, then wait until the endpoints are available (minutes)",
    )


def _what_is_wrong(endpoint: Endpoint | None, subnets: tuple[Subnet, ...]) -> str:
    if endpoint is None:
        return "has no endpoint"
    if endpoint.state != "available":
        return f"is {endpoint.state}"
    missing = sorted({subnet.id for subnet in subnets} - endpoint.subnets)
    if missing:
        return f"is not in {', '.join(missing)}"
    return "" if endpoint.private_dns else "has no private DNS"


def endpoints_let_airflow_in(
    wanted: Wanted, endpoints: tuple[Endpoint, ...], groups: tuple[Group, ...], airflow: Group
) -> Fault | None:
    """An endpoint that nobody may reach looks like a service that hangs."""
    open_groups = {
        group.id
        for group in groups
        if any(rule.covers(HTTPS) and _from(rule, airflow) for rule in group.ingress)
    }
    closed = [
        endpoint.id
        for endpoint in endpoints
        if endpoint.service in wanted.interface_services and not endpoint.groups & open_groups
    ]
    if not closed:
        return None
    return Fault(
        found=f"closed to {airflow.id}: {', '.join(closed)}",
        expected=f"port {HTTPS} open to Airflow's security group",
        do="pulumi up: network-endpoints-access-from-airflow is that rule",
    )


def _from(rule: GroupRule, group: Group) -> bool:
    return group.id in rule.groups or any(_is_private_or_all(cidr) for cidr in rule.cidrs)


def _is_private_or_all(cidr: str) -> bool:
    network = ipaddress.ip_network(cidr)
    return network.is_private or network.prefixlen == 0


def reaches_itself(wanted: Wanted, group: Group) -> Fault | None:
    """Scheduler, workers and database talk to each other through the one group."""
    del wanted
    if any(group.id in rule.groups and rule.protocol == "-1" for rule in group.ingress):
        return None
    return Fault(
        found=f"{group.id} lets nothing in from itself",
        expected="an ingress rule for all traffic from the group itself",
        do="pulumi up: network-airflow-from-itself is that rule",
    )


def reaches_aws(wanted: Wanted, group: Group) -> Fault | None:
    """What leaves has to reach AWS by HTTPS: anywhere with a NAT gateway, else within."""
    del wanted
    if any(rule.covers(HTTPS) and rule.cidrs for rule in group.egress):
        return None
    return Fault(
        found=f"{group.id} lets no HTTPS out",
        expected=f"an egress rule that lets port {HTTPS} through",
        do="pulumi up: network-airflow-to-... are these rules",
    )


def lies_in_the_network(wanted: Wanted, group: Group, subnets: tuple[Subnet, ...]) -> Fault | None:
    """Group and subnets of different networks are refused."""
    del wanted
    networks = {subnet.vpc for subnet in subnets}
    if networks == {group.vpc}:
        return None
    return Fault(
        found=f"{group.id} lies in {group.vpc}, the subnets in {', '.join(sorted(networks))}",
        expected="one network",
        do="take the stack's tags from what is not its own",
    )


def _has_interfaces(wanted: Wanted) -> bool:
    return bool(wanted.interface_services)


CHECKS = (
    Check(
        name="endpoints-offered",
        says="the region offers an endpoint for each service that needs one",
        parts=("offered_services",),
        judge=are_offered,
        applies=_has_interfaces,
    ),
    Check(
        name="endpoint-s3",
        says="S3 is reached through the gateway endpoint from each private subnet",
        parts=("endpoints", "subnets"),
        judge=s3_is_routed,
    ),
    Check(
        name="endpoints-there",
        says="each service has an endpoint in both private subnets",
        parts=("endpoints", "subnets"),
        judge=services_are_reached,
        applies=_has_interfaces,
    ),
    Check(
        name="endpoints-open",
        says="Airflow may reach the endpoints",
        parts=("endpoints", "endpoint_groups", "group"),
        judge=endpoints_let_airflow_in,
        applies=_has_interfaces,
    ),
    Check(
        name="group-itself",
        says="Airflow's security group lets itself in",
        parts=("group",),
        judge=reaches_itself,
    ),
    Check(
        name="group-https",
        says="Airflow's security group lets HTTPS out",
        parts=("group",),
        judge=reaches_aws,
    ),
    Check(
        name="group-network",
        says="Airflow's security group lies in the subnets' network",
        parts=("group", "subnets"),
        judge=lies_in_the_network,
    ),
)
