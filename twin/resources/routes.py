"""EC2: route tables, their routes, and the subnets that follow them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import retag_ec2, tag_specification

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing

TARGETS = {
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "transitGatewayId": "TransitGatewayId",
    "vpcEndpointId": "VpcEndpointId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}
"""What a route can lead to, under the provider's and EC2's names."""


def create_route_table(inputs: Inputs, context: Context) -> Created:
    """Create a route table, with the routes that stand in it."""
    client = context.client("ec2")
    table = client.create_route_table(
        VpcId=inputs.text("vpcId"), **tag_specification(inputs, "route-table")
    )["RouteTable"]["RouteTableId"]
    for route in inputs.blocks("routes"):
        client.create_route(
            RouteTableId=table,
            **route.pick(
                cidrBlock="DestinationCidrBlock",
                ipv6CidrBlock="DestinationIpv6CidrBlock",
                **TARGETS,
            ),
        )
    outputs = {
        "arn": context.arn("ec2", f"route-table/{table}"),
        "ownerId": context.account,
    }
    return Created(table, outputs)


def create_route(inputs: Inputs, context: Context) -> Created:
    """Add a route to a table."""
    table, destination = inputs.text("routeTableId"), _destination(inputs)
    context.client("ec2").create_route(RouteTableId=table, **destination, **inputs.pick(**TARGETS))
    digits = zlib.crc32("".join(map(str, destination.values())).encode())
    return Created(f"r-{table}{digits}", {"origin": "CreateRoute", "state": "active"})


def create_association(inputs: Inputs, context: Context) -> Created:
    """Let a subnet follow a route table."""
    answer = context.client("ec2").associate_route_table(
        RouteTableId=inputs.text("routeTableId"),
        **inputs.pick(gatewayId="GatewayId", subnetId="SubnetId"),
    )
    return Created(answer["AssociationId"])


def update_route(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Lead a route elsewhere."""
    context.client("ec2").replace_route(
        RouteTableId=inputs.text("routeTableId"), **_destination(inputs), **inputs.pick(**TARGETS)
    )
    return Created(existing.id)


def _destination(inputs: Inputs) -> dict[str, Any]:
    return inputs.pick(
        destinationCidrBlock="DestinationCidrBlock",
        destinationIpv6CidrBlock="DestinationIpv6CidrBlock",
        destinationPrefixListId="DestinationPrefixListId",
    )


def delete_route(existing: Existing, context: Context) -> None:
    """Take a route from its table."""
    context.client("ec2").delete_route(
        RouteTableId=existing.inputs.text("routeTableId"), **_destination(existing.inputs)
    )


def _routes(existing: Existing, context: Context) -> list[Any]:
    wanted = _destination(existing.inputs)
    tables = context.client("ec2").describe_route_tables(
        RouteTableIds=[existing.inputs.text("routeTableId")]
    )["RouteTables"]
    return [
        route
        for table in tables
        for route in table["Routes"]
        if {name: route.get(name) for name in wanted} == wanted
    ]


def update_association(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Let a subnet follow another table. EC2 gives the association a new id."""
    inputs.ignore("subnetId", "gatewayId")
    for association in _associations(existing, context):
        context.client("ec2").replace_route_table_association(
            AssociationId=association, RouteTableId=inputs.text("routeTableId")
        )
    return Created(existing.id)


def delete_association(existing: Existing, context: Context) -> None:
    """Let a subnet follow its network's main table again."""
    for association in _associations(existing, context):
        context.client("ec2").disassociate_route_table(AssociationId=association)


def _associations(existing: Existing, context: Context) -> list[str]:
    """Return the ids of a subnet's associations: the id of its creation ends with an update."""
    side = existing.inputs.pick(gatewayId="GatewayId", subnetId="SubnetId")
    tables = context.client("ec2").describe_route_tables()["RouteTables"]
    return [
        found["RouteTableAssociationId"]
        for table in tables
        for found in table["Associations"]
        if {name: found.get(name) for name in side} == side
    ]


TYPES = (
    ResourceType(
        "aws:ec2/routeTable:RouteTable",
        create_route_table,
        tagged=True,
        delete=lambda it, context: context.client("ec2").delete_route_table(RouteTableId=it.id),
        exists=lambda it, context: context.client("ec2").describe_route_tables(
            RouteTableIds=[it.id]
        )["RouteTables"],
        update=retag_ec2,
    ),
    ResourceType(
        "aws:ec2/route:Route",
        create_route,
        delete=delete_route,
        exists=_routes,
        update=update_route,
    ),
    ResourceType(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        create_association,
        delete=delete_association,
        exists=_associations,
        update=update_association,
    ),
)
