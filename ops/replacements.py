"""Which properties of an AWS resource can't be changed: a new value means a new resource.

    forces_replacement("aws:mwaa/environment:Environment", "networkConfiguration.subnetIds[0]")

One table for whoever compares two versions of a resource: the preview of a pull request, and the
twin's provider under the real engine.

Source: the `ForceNew` and `RequiresReplace` marks in the schemas of terraform-provider-aws, which
pulumi-aws 7.51.1 bridges, read on 2026-11-24 from `internal/service/*` of its repository (6.x).
Only types that the twin knows are listed, and only properties that its factory carries out. A type
that is missing here changes in place whatever changes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGION = "region"
"""A resource can't move: this property of every type forces replacement."""

AIRFLOW_ENVIRONMENT = "aws:mwaa/environment:Environment"

EVERYTHING = ("*",)
"""Stands for all properties of a type that knows no update at all."""

REPLACEMENTS: Mapping[str, tuple[str, ...]] = {
    "aws:budgets/budget:Budget": ("accountId", "name"),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ("alarmName",),
    "aws:cloudwatch/dashboard:Dashboard": ("dashboardName",),
    "aws:cloudwatch/eventRule:EventRule": ("eventBusName", "name"),
    "aws:cloudwatch/eventTarget:EventTarget": ("eventBusName", "rule", "targetId"),
    "aws:cloudwatch/logGroup:LogGroup": ("logGroupClass", "name"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("name",),
    "aws:codebuild/project:Project": ("name",),
    "aws:codeconnections/connection:Connection": ("hostArn", "name", "providerType"),
    "aws:codepipeline/pipeline:Pipeline": ("name",),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ("vpcId",),
    "aws:ec2/eip:Eip": ("domain",),
    "aws:ec2/flowLog:FlowLog": (
        "eniId",
        "iamRoleArn",
        "logDestination",
        "logDestinationType",
        "logFormat",
        "maxAggregationInterval",
        "subnetId",
        "trafficType",
        "vpcId",
    ),
    "aws:ec2/natGateway:NatGateway": (
        "allocationId",
        "connectivityType",
        "privateIp",
        "subnetId",
    ),
    "aws:ec2/route:Route": (
        "destinationCidrBlock",
        "destinationIpv6CidrBlock",
        "destinationPrefixListId",
        "routeTableId",
    ),
    "aws:ec2/routeTable:RouteTable": ("vpcId",),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ("gatewayId", "subnetId"),
    "aws:ec2/securityGroup:SecurityGroup": ("description", "name", "vpcId"),
    "aws:ec2/subnet:Subnet": ("availabilityZone", "availabilityZoneId", "cidrBlock", "vpcId"),
    "aws:ec2/vpc:Vpc": ("cidrBlock",),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("serviceName", "vpcEndpointType", "vpcId"),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": EVERYTHING,
    "aws:ecr/repository:Repository": ("encryptionConfigurations", "name"),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ("repository",),
    "aws:glue/job:Job": ("name",),
    "aws:glue/securityConfiguration:SecurityConfiguration": EVERYTHING,
    "aws:iam/policy:Policy": ("description", "name", "path"),
    "aws:iam/role:Role": ("name", "path"),
    "aws:iam/rolePolicy:RolePolicy": ("name", "role"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": EVERYTHING,
    "aws:kms/alias:Alias": ("name",),
    "aws:kms/key:Key": ("customerMasterKeySpec", "keyUsage", "multiRegion"),
    "aws:lambda/function:Function": ("name", "packageType"),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ("functionName", "qualifier"),
    "aws:lambda/permission:Permission": EVERYTHING,
    AIRFLOW_ENVIRONMENT: (
        "endpointManagement",
        "kmsKey",
        "name",
        "networkConfiguration.subnetIds",
    ),
    "aws:s3/bucket:Bucket": ("bucket", "objectLockEnabled"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        "bucket",
        "expectedBucketOwner",
    ),
    "aws:s3/bucketLogging:BucketLogging": ("bucket", "expectedBucketOwner"),
    "aws:s3/bucketNotification:BucketNotification": ("bucket",),
    "aws:s3/bucketObjectv2:BucketObjectv2": ("bucket", "key"),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ("bucket",),
    "aws:s3/bucketPolicy:BucketPolicy": ("bucket",),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ("bucket",),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "bucket",
        "expectedBucketOwner",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": ("bucket", "expectedBucketOwner"),
    "aws:scheduler/schedule:Schedule": ("groupName", "name"),
    "aws:scheduler/scheduleGroup:ScheduleGroup": ("name",),
    "aws:sns/topic:Topic": ("name",),
    "aws:sns/topicPolicy:TopicPolicy": ("arn",),
    "aws:sns/topicSubscription:TopicSubscription": ("endpoint", "protocol", "topic"),
    "aws:sqs/queue:Queue": ("fifoQueue", "name"),
    "aws:sqs/queuePolicy:QueuePolicy": ("queueUrl",),
    "aws:ssm/parameter:Parameter": ("dataType", "name"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ("securityGroupId",),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ("securityGroupId",),
}
"""By type, the paths of the properties that force a new resource; what lies below one, too."""


def forces_replacement(token: str, path: str) -> bool:
    """Say whether a change of a property means a new resource.

    Args:
        token: The type, such as `aws:s3/bucket:Bucket`.
        path: The property under its camelCase names, such as `rules[0].id`; indices don't matter.
    """
    plain = without_indices(path)
    listed = (REGION, *REPLACEMENTS.get(token, ()))
    return listed[1:] == EVERYTHING or any(
        plain == entry or plain.startswith(f"{entry}.") for entry in listed
    )


def without_indices(path: str) -> str:
    """Return a path without the numbers of list entries."""
    return re.sub(r"\[\d+\]", "", path)


def replaced_by(token: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the paths of those differences between two sets of inputs that force replacement."""
    found = [path for path in differences(old, new) if forces_replacement(token, path)]
    if token == AIRFLOW_ENVIRONMENT and _is_next_generation(old, new):
        found.append("airflowVersion")
    return found


def differences(old: object, new: object, path: str = "") -> Iterator[str]:
    """Go through the paths of all single values that two structures do not share."""
    mine, theirs = _parts(old), _parts(new)
    if mine is None or theirs is None:
        if old != new:
            yield path
        return
    for name in sorted({*mine, *theirs}):
        below = name if name.startswith("[") or not path else f".{name}"
        yield from differences(mine.get(name), theirs.get(name), f"{path}{below}")


def _parts(value: object) -> Mapping[str, object] | None:
    """Return what a block or a list is made of, as steps of a path; None for a single value."""
    if isinstance(value, dict):
        return cast("dict[str, object]", value)
    if isinstance(value, list):
        return {f"[{index}]": item for index, item in enumerate(cast("list[object]", value))}
    return {} if value is None else None


def _is_next_generation(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Say whether Airflow's first number rises: MWAA upgrades within one only."""
    before, after = (str(values.get("airflowVersion") or "").split(".")[0] for values in (old, new))
    return before.isdigit() and after.isdigit() and int(before) < int(after)
