"""EC2: route tables, their routes, and the subnets that follow them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_specification

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context

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
    table = inputs.text("routeTableId")
    destination = inputs.pick(
        destinationCidrBlock="DestinationCidrBlock",
        destinationIpv6CidrBlock="DestinationIpv6CidrBlock",
        destinationPrefixListId="DestinationPrefixListId",
    )
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


TYPES = (
    ResourceType("aws:ec2/routeTable:RouteTable", create_route_table, tagged=True),
    ResourceType("aws:ec2/route:Route", create_route),
    ResourceType("aws:ec2/routeTableAssociation:RouteTableAssociation", create_association),
)
