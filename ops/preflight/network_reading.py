"""Reads the network from EC2: what carries the stack's tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.preflight.missing import NotThereError
from ops.preflight.snapshot import (
    Endpoint,
    Group,
    GroupRule,
    NatGateway,
    Route,
    Subnet,
    Vpc,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ops.preflight.wanted import Wanted

GONE = ("deleted", "deleting", "failed")


def _filters(**values: str | list[str]) -> list[dict[str, Any]]:
    """Return EC2's filters; an underscore stands for a hyphen, two for a colon."""
    return [
        {
            "Name": name.replace("__", ":").replace("_", "-"),
            "Values": [value] if isinstance(value, str) else value,
        }
        for name, value in values.items()
    ]


def _pages(client: Any, operation: str, key: str, **asked: Any) -> list[Any]:  # noqa: ANN401 - boto3 makes clients at run time
    return [one for page in client.get_paginator(operation).paginate(**asked) for one in page[key]]


def vpc(ec2: Any, wanted: Wanted) -> Vpc:  # noqa: ANN401 - as above
    """Return the stack's network."""
    identity = _vpc_id(ec2, wanted)
    flags = {
        attribute: ec2.describe_vpc_attribute(VpcId=identity, Attribute=attribute)[answer]["Value"]
        for attribute, answer in (
            ("enableDnsSupport", "EnableDnsSupport"),
            ("enableDnsHostnames", "EnableDnsHostnames"),
        )
    }
    return Vpc(
        id=identity,
        dns_support=flags["enableDnsSupport"],
        dns_hostnames=flags["enableDnsHostnames"],
    )


def _vpc_id(ec2: Any, wanted: Wanted) -> str:  # noqa: ANN401 - as above
    asked = _filters(tag__Stack=wanted.prefix, tag__Name=wanted.vpc)
    found = _pages(ec2, "describe_vpcs", "Vpcs", Filters=asked)
    if not found:
        raise NotThereError(f"there is no network named {wanted.vpc}")
    return str(found[0]["VpcId"])


def subnets(ec2: Any, wanted: Wanted) -> tuple[Subnet, ...]:  # noqa: ANN401 - as above
    """Return the private subnets, with the routes that each follows."""
    asked = _filters(tag__Stack=wanted.prefix, tag__Name=list(wanted.subnets))
    found = _pages(ec2, "describe_subnets", "Subnets", Filters=asked)
    if not found:
        raise NotThereError(f"there are no subnets named {' and '.join(wanted.subnets)}")
    tables = _tables(ec2, sorted({subnet["VpcId"] for subnet in found}))
    return tuple(
        Subnet(
            id=subnet["SubnetId"],
            zone=subnet["AvailabilityZone"],
            vpc=subnet["VpcId"],
            gives_out_addresses=subnet["MapPublicIpOnLaunch"],
            free_addresses=subnet["AvailableIpAddressCount"],
            route_table=_table_of(subnet, tables).get("RouteTableId", ""),
            routes=_routes(_table_of(subnet, tables)),
        )
        for subnet in sorted(found, key=_name)
    )


def _name(resource: Mapping[str, Any]) -> str:
    return next((tag["Value"] for tag in resource.get("Tags", ()) if tag["Key"] == "Name"), "")


def _tables(ec2: Any, vpcs: list[str]) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    return _pages(ec2, "describe_route_tables", "RouteTables", Filters=_filters(vpc_id=vpcs))


def _table_of(subnet: Mapping[str, Any], tables: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a subnet's own table, else its network's main one, which it then follows."""
    main: dict[str, Any] = {}
    for table in tables:
        for association in table.get("Associations", ()):
            if association.get("SubnetId") == subnet["SubnetId"]:
                return table
            if association.get("Main") and table["VpcId"] == subnet["VpcId"]:
                main = table
    return main


def _routes(table: Mapping[str, Any]) -> tuple[Route, ...]:
    return tuple(
        Route(
            destination=route.get("DestinationCidrBlock")
            or route.get("DestinationPrefixListId")
            or route.get("DestinationIpv6CidrBlock", ""),
            target=next(
                (
                    str(value)
                    for key, value in route.items()
                    if key.endswith(("GatewayId", "Id")) and not key.startswith("Destination")
                ),
                "",
            ),
            state=route.get("State", "active"),
        )
        for route in table.get("Routes", ())
    )


def nat_gateways(ec2: Any, wanted: Wanted) -> tuple[NatGateway, ...]:  # noqa: ANN401 - as above
    """Return the NAT gateways of the stack's network."""
    network = _vpc_id(ec2, wanted)
    found = [
        gateway
        for gateway in _pages(
            ec2, "describe_nat_gateways", "NatGateways", Filter=_filters(vpc_id=network)
        )
        if gateway["State"] not in GONE
    ]
    if not found:
        raise NotThereError(f"there is no NAT gateway in {network}")
    tables = _tables(ec2, [network])
    return tuple(
        NatGateway(
            id=gateway["NatGatewayId"],
            state=gateway["State"],
            routes=_routes(_table_of(gateway, tables)),
        )
        for gateway in found
    )


def endpoints(ec2: Any, wanted: Wanted) -> tuple[Endpoint, ...]:  # noqa: ANN401 - as above
    """Return the endpoints of the stack's network."""
    asked = _filters(vpc_id=_vpc_id(ec2, wanted))
    return tuple(
        Endpoint(
            id=endpoint["VpcEndpointId"],
            service=endpoint["ServiceName"],
            kind=endpoint["VpcEndpointType"],
            state=endpoint["State"].lower(),
            subnets=frozenset(endpoint.get("SubnetIds", ())),
            route_tables=frozenset(endpoint.get("RouteTableIds", ())),
            groups=frozenset(group["GroupId"] for group in endpoint.get("Groups", ())),
            private_dns=bool(endpoint.get("PrivateDnsEnabled")),
        )
        for endpoint in _pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=asked)
        if endpoint["State"].lower() not in GONE
    )


def endpoint_groups(ec2: Any, wanted: Wanted) -> tuple[Group, ...]:  # noqa: ANN401 - as above
    """Return the security groups of the network, of which endpoints have some."""
    asked = _filters(vpc_id=_vpc_id(ec2, wanted))
    return tuple(
        _group(group)
        for group in _pages(ec2, "describe_security_groups", "SecurityGroups", Filters=asked)
    )


def group(ec2: Any, wanted: Wanted) -> Group:  # noqa: ANN401 - as above
    """Return the Airflow environment's security group."""
    asked = _filters(tag__Stack=wanted.prefix, group_name=wanted.group)
    found = _pages(ec2, "describe_security_groups", "SecurityGroups", Filters=asked)
    if not found:
        raise NotThereError(f"there is no security group named {wanted.group}")
    return _group(found[0])


def _group(found: Mapping[str, Any]) -> Group:
    return Group(
        id=found["GroupId"],
        vpc=found["VpcId"],
        ingress=tuple(_rule(rule) for rule in found["IpPermissions"]),
        egress=tuple(_rule(rule) for rule in found["IpPermissionsEgress"]),
    )


def _rule(found: Mapping[str, Any]) -> GroupRule:
    return GroupRule(
        protocol=found["IpProtocol"],
        from_port=found.get("FromPort"),
        to_port=found.get("ToPort"),
        groups=_each(found, "UserIdGroupPairs", "GroupId"),
        cidrs=_each(found, "IpRanges", "CidrIp"),
    )


def _each(rule: Mapping[str, Any], kind: str, key: str) -> frozenset[str]:
    return frozenset(side[key] for side in rule.get(kind, ()) if key in side)


def offered_services(ec2: Any, wanted: Wanted) -> frozenset[str]:  # noqa: ANN401 - as above
    """Return the names of the endpoint services that the region offers."""
    if not wanted.interface_services:
        return frozenset(wanted.gateway_services)  # which every region has
    return frozenset(_pages(ec2, "describe_vpc_endpoint_services", "ServiceNames"))


PARTS: Mapping[str, Callable[[Any, Wanted], Any]] = {
    "vpc": vpc,
    "subnets": subnets,
    "nat_gateways": nat_gateways,
    "endpoints": endpoints,
    "endpoint_groups": endpoint_groups,
    "offered_services": offered_services,
    "group": group,
}
"""Part of the snapshot -> what reads it."""
