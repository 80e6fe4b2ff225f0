"""EC2: the network. Security groups lie in `security_groups`.

The twin keeps a network's shape, so that routes and zones can be checked; no packet travels it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import retag_ec2, tag_specification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_vpc(inputs: Inputs, context: Context) -> Created:
    """Create a VPC; AWS makes its default tables and group along with it."""
    client = context.client("ec2")
    vpc = client.create_vpc(
        **inputs.pick(cidrBlock="CidrBlock", instanceTenancy="InstanceTenancy"),
        **tag_specification(inputs, "vpc"),
    )["Vpc"]
    vpc_id = vpc["VpcId"]
    _set_dns(client, vpc_id, inputs)
    outputs = {
        "arn": context.arn("ec2", f"vpc/{vpc_id}"),
        "ownerId": context.account,
        "dhcpOptionsId": vpc.get("DhcpOptionsId", ""),
        **_default_parts(client, vpc_id),
    }
    return Created(vpc_id, outputs)


def update_vpc(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change whether a VPC has names for its addresses."""
    _set_dns(context.client("ec2"), existing.id, inputs)
    return retag_ec2(existing, inputs, context)


def _set_dns(client: Any, vpc_id: str, inputs: Inputs) -> None:
    for ours, theirs in (
        ("enableDnsSupport", "EnableDnsSupport"),
        ("enableDnsHostnames", "EnableDnsHostnames"),
    ):
        value = inputs.get(ours)
        if value is not None:
            client.modify_vpc_attribute(VpcId=vpc_id, **{theirs: {"Value": value}})


def _default_parts(client: Any, vpc_id: str) -> dict[str, str]:
    own = [{"Name": "vpc-id", "Values": [vpc_id]}]
    table = client.describe_route_tables(Filters=own)["RouteTables"][0]["RouteTableId"]
    group = client.describe_security_groups(Filters=own)["SecurityGroups"][0]["GroupId"]
    acl = client.describe_network_acls(Filters=own)["NetworkAcls"][0]["NetworkAclId"]
    return {
        "mainRouteTableId": table,
        "defaultRouteTableId": table,
        "defaultSecurityGroupId": group,
        "defaultNetworkAclId": acl,
    }


def create_subnet(inputs: Inputs, context: Context) -> Created:
    """Create a subnet in a VPC."""
    client = context.client("ec2")
    subnet = client.create_subnet(
        **inputs.pick(
            availabilityZone="AvailabilityZone",
            availabilityZoneId="AvailabilityZoneId",
            cidrBlock="CidrBlock",
            vpcId="VpcId",
        ),
        **tag_specification(inputs, "subnet"),
    )["Subnet"]
    if inputs.flag("mapPublicIpOnLaunch", default=False):
        client.modify_subnet_attribute(
            SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": True}
        )
    outputs = {
        "arn": context.arn("ec2", f"subnet/{subnet['SubnetId']}"),
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet["AvailabilityZoneId"],
        "ownerId": context.account,
    }
    return Created(subnet["SubnetId"], outputs)


def update_subnet(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change whether what starts in a subnet gets a public address."""
    context.client("ec2").modify_subnet_attribute(
        SubnetId=existing.id,
        MapPublicIpOnLaunch={"Value": inputs.flag("mapPublicIpOnLaunch", default=False)},
    )
    return retag_ec2(existing, inputs, context)


def create_internet_gateway(inputs: Inputs, context: Context) -> Created:
    """Create an internet gateway and attach it to its VPC."""
    client = context.client("ec2")
    answer = client.create_internet_gateway(**tag_specification(inputs, "internet-gateway"))
    gateway = answer["InternetGateway"]["InternetGatewayId"]
    vpc = inputs.optional("vpcId")
    if vpc is not None:
        client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    outputs = {
        "arn": context.arn("ec2", f"internet-gateway/{gateway}"),
        "ownerId": context.account,
    }
    return Created(gateway, outputs)


def delete_internet_gateway(existing: Existing, context: Context) -> None:
    """Detach an internet gateway from its VPC, then delete it."""
    client, vpc = context.client("ec2"), existing.inputs.optional("vpcId")
    if vpc is not None:
        client.detach_internet_gateway(InternetGatewayId=existing.id, VpcId=vpc)
    client.delete_internet_gateway(InternetGatewayId=existing.id)


def create_address(inputs: Inputs, context: Context) -> Created:
    """Allocate an elastic address."""
    address = context.client("ec2").allocate_address(
        Domain=inputs.optional("domain") or "vpc", **tag_specification(inputs, "elastic-ip")
    )
    allocation, public = address["AllocationId"], address["PublicIp"]
    outputs = {
        "allocationId": allocation,
        "arn": context.arn("ec2", f"elastic-ip/{allocation}"),
        "domain": "vpc",
        "publicIp": public,
        "publicDns": f"ec2-{public.replace('.', '-')}.compute-1.amazonaws.com",
    }
    return Created(allocation, outputs)


def create_nat_gateway(inputs: Inputs, context: Context) -> Created:
    """Create a NAT gateway in a public subnet."""
    gateway = context.client("ec2").create_nat_gateway(
        **inputs.pick(
            allocationId="AllocationId",
            connectivityType="ConnectivityType",
            privateIp="PrivateIpAddress",
            subnetId="SubnetId",
        ),
        **tag_specification(inputs, "natgateway"),
    )["NatGateway"]
    addresses: list[dict[str, str]] = gateway.get("NatGatewayAddresses", [])
    address = addresses[0] if addresses else {}
    outputs = {
        "networkInterfaceId": address.get("NetworkInterfaceId", ""),
        "privateIp": address.get("PrivateIp", ""),
        "publicIp": address.get("PublicIp", ""),
    }
    return Created(gateway["NatGatewayId"], outputs)


def create_vpc_endpoint(inputs: Inputs, context: Context) -> Created:
    """Create a private way from a VPC to a service."""
    endpoint = context.client("ec2").create_vpc_endpoint(
        VpcEndpointType=inputs.optional("vpcEndpointType") or "Gateway",
        **inputs.pick(
            privateDnsEnabled="PrivateDnsEnabled",
            routeTableIds="RouteTableIds",
            securityGroupIds="SecurityGroupIds",
            serviceName="ServiceName",
            subnetIds="SubnetIds",
            vpcId="VpcId",
        ),
        **({"PolicyDocument": inputs.document("policy")} if inputs.get("policy") else {}),
        **tag_specification(inputs, "vpc-endpoint"),
    )["VpcEndpoint"]
    identity = endpoint["VpcEndpointId"]
    outputs = {
        "arn": context.arn("ec2", f"vpc-endpoint/{identity}"),
        "ownerId": context.account,
        "state": "available",
        "networkInterfaceIds": endpoint.get("NetworkInterfaceIds", []),
        "dnsEntries": _dns_entries(endpoint),
        **_prefix_list(inputs, context),
    }
    return Created(identity, outputs)


def _prefix_list(inputs: Inputs, context: Context) -> dict[str, str]:
    """Return the list of addresses behind a gateway endpoint; the provider looks it up as well."""
    if inputs.optional("vpcEndpointType") not in (None, "Gateway"):
        return {}
    lists = context.client("ec2").describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [inputs.text("serviceName")]}]
    )["PrefixLists"]
    return {"prefixListId": lists[0]["PrefixListId"]} if lists else {}


def _dns_entries(endpoint: Mapping[str, Any]) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = endpoint.get("DnsEntries", [])
    return [
        {"dnsName": entry.get("DnsName", ""), "hostedZoneId": entry.get("HostedZoneId", "")}
        for entry in entries
    ]


def update_vpc_endpoint(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change where an endpoint can be reached from, and what may be done through it."""
    parameters: dict[str, Any] = {}
    for ours, theirs in (
        ("routeTableIds", "RouteTableIds"),
        ("securityGroupIds", "SecurityGroupIds"),
        ("subnetIds", "SubnetIds"),
    ):
        before, wanted = set(existing.inputs.items(ours)), set(inputs.items(ours))
        if wanted - before:
            parameters[f"Add{theirs}"] = sorted(wanted - before)
        if before - wanted:
            parameters[f"Remove{theirs}"] = sorted(before - wanted)
    policy = inputs.document("policy")
    if policy:
        parameters["PolicyDocument"] = policy
    context.client("ec2").modify_vpc_endpoint(
        VpcEndpointId=existing.id,
        **parameters,
        **inputs.pick(privateDnsEnabled="PrivateDnsEnabled"),
    )
    return retag_ec2(existing, inputs, context)


def _is_endpoint(existing: Existing, context: Context) -> bool:
    """Say whether an endpoint is there: a deleted one stays in sight for a while, too."""
    found = context.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[existing.id])
    return any(endpoint["State"] != "deleted" for endpoint in found["VpcEndpoints"])


def _is_open(existing: Existing, context: Context) -> bool:
    """Say whether a NAT gateway is there: a deleted one stays in sight for an hour."""
    found = context.client("ec2").describe_nat_gateways(NatGatewayIds=[existing.id])
    return any(gateway["State"] != "deleted" for gateway in found["NatGateways"])


TYPES = (
    ResourceType(
        "aws:ec2/vpc:Vpc",
        create_vpc,
        tagged=True,
        delete=lambda it, context: context.client("ec2").delete_vpc(VpcId=it.id),
        exists=lambda it, context: context.client("ec2").describe_vpcs(VpcIds=[it.id])["Vpcs"],
        update=update_vpc,
    ),
    ResourceType(
        "aws:ec2/subnet:Subnet",
        create_subnet,
        tagged=True,
        delete=lambda it, context: context.client("ec2").delete_subnet(SubnetId=it.id),
        exists=lambda it, context: context.client("ec2").describe_subnets(SubnetIds=[it.id])[
            "Subnets"
        ],
        update=update_subnet,
    ),
    ResourceType(
        "aws:ec2/internetGateway:InternetGateway",
        create_internet_gateway,
        tagged=True,
        delete=delete_internet_gateway,
        exists=lambda it, context: context.client("ec2").describe_internet_gateways(
            InternetGatewayIds=[it.id]
        )["InternetGateways"],
        update=retag_ec2,
    ),
    ResourceType(
        "aws:ec2/eip:Eip",
        create_address,
        tagged=True,
        delete=lambda it, context: context.client("ec2").release_address(AllocationId=it.id),
        exists=lambda it, context: context.client("ec2").describe_addresses(AllocationIds=[it.id])[
            "Addresses"
        ],
        update=retag_ec2,
    ),
    ResourceType(
        "aws:ec2/natGateway:NatGateway",
        create_nat_gateway,
        tagged=True,
        delete=lambda it, context: context.client("ec2").delete_nat_gateway(NatGatewayId=it.id),
        exists=_is_open,
        update=retag_ec2,
    ),
    ResourceType(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        create_vpc_endpoint,
        tagged=True,
        delete=lambda it, context: context.client("ec2").delete_vpc_endpoints(
            VpcEndpointIds=[it.id]
        ),
        exists=_is_endpoint,
        update=update_vpc_endpoint,
    ),
)
