"""Data sources: what the program asks the account before it creates anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Look, Outputs


def caller_identity(inputs: Inputs, context: Context) -> Outputs:
    """Say who is calling."""
    del inputs
    caller = context.client("sts").get_caller_identity()
    account = caller["Account"]
    return {
        "id": account,
        "accountId": account,
        "arn": caller["Arn"],
        "userId": caller["UserId"],
    }


def region(inputs: Inputs, context: Context) -> Outputs:
    """Describe the region of the program."""
    name = inputs.optional("region") or context.region
    return {
        "id": name,
        "name": name,
        "region": name,
        "description": name,
        "endpoint": f"ec2.{name}.amazonaws.com",
    }


def partition(inputs: Inputs, context: Context) -> Outputs:
    """Describe the partition: the twin plays an account of the public regions."""
    del inputs, context
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


def availability_zones(inputs: Inputs, context: Context) -> Outputs:
    """List the zones of the region."""
    zones = context.client("ec2").describe_availability_zones(Filters=_filters(inputs))
    found = [zone for zone in zones["AvailabilityZones"] if _wanted(zone, inputs)]
    return {
        "id": context.region,
        "region": context.region,
        "groupNames": sorted({zone.get("GroupName") or context.region for zone in found}),
        "names": [zone["ZoneName"] for zone in found],
        "zoneIds": [zone["ZoneId"] for zone in found],
    }


def _filters(inputs: Inputs) -> list[dict[str, Any]]:
    return [
        {"Name": item.text("name"), "Values": item.get("values")}
        for item in inputs.blocks("filters")
    ]


def _wanted(zone: Mapping[str, Any], inputs: Inputs) -> bool:
    state = inputs.optional("state")
    return (
        state in (None, zone["State"])
        and zone["ZoneName"] not in (inputs.items("excludeNames"))
        and zone["ZoneId"] not in (inputs.items("excludeZoneIds"))
    )


def security_group(inputs: Inputs, context: Context) -> Outputs:
    """Find one security group by id, name, VPC."""
    criteria = inputs.pick(id="group-id", name="group-name", vpcId="vpc-id")
    filters = [{"Name": name, "Values": [value]} for name, value in criteria.items()]
    found = context.client("ec2").describe_security_groups(Filters=filters + _filters(inputs))
    groups = found["SecurityGroups"]
    if len(groups) != 1:
        raise TwinError(
            f"{len(groups)} security groups match",
            found=repr(criteria),
            expected="exactly one",
            do="ask for a group by what only it has",
        )
    group = groups[0]
    return {
        "id": group["GroupId"],
        "arn": context.arn("ec2", f"security-group/{group['GroupId']}"),
        "description": group["Description"],
        "name": group["GroupName"],
        "region": context.region,
        "tags": {tag["Key"]: tag["Value"] for tag in group.get("Tags", [])},
        "vpcId": group["VpcId"],
    }


LOOKUPS: dict[str, Look] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
    "aws:index/getPartition:getPartition": partition,
    "aws:index/getRegion:getRegion": region,
    "aws:ec2/getSecurityGroup:getSecurityGroup": security_group,
}
"""Answers by token."""
