"""EC2: flow logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.errors import TwinError
from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_specification

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing

WATCHED = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}
"""What can be watched, under the provider's and EC2's names."""


def create_flow_log(inputs: Inputs, context: Context) -> Created:
    """Watch a network. EC2 answers what it refuses beside what it made, not with an error."""
    watched, kind = _watched(inputs)
    answer = context.client("ec2").create_flow_logs(
        ResourceIds=[watched],
        ResourceType=kind,
        **inputs.pick(
            iamRoleArn="DeliverLogsPermissionArn",
            logDestination="LogDestination",
            logDestinationType="LogDestinationType",
            logFormat="LogFormat",
            maxAggregationInterval="MaxAggregationInterval",
            trafficType="TrafficType",
        ),
        **tag_specification(inputs, "vpc-flow-log"),
    )
    if not answer["FlowLogIds"]:
        refused = answer["Unsuccessful"][0]["Error"]
        raise TwinError(
            f"EC2 refused to watch {watched}: {refused['Message']}",
            found=refused["Code"],
            expected="a flow log",
            do="correct what the flow log names",
        )
    identity = answer["FlowLogIds"][0]
    return Created(identity, {"arn": context.arn("ec2", f"vpc-flow-log/{identity}")})


def _watched(inputs: Inputs) -> tuple[str, str]:
    for ours, kind in WATCHED.items():
        value = inputs.optional(ours)
        if value:
            return value, kind
    return inputs.text("vpcId"), "VPC"


def delete_flow_log(existing: Existing, context: Context) -> None:
    """Watch no longer; what was seen stays in its log group."""
    context.client("ec2").delete_flow_logs(FlowLogIds=[existing.id])


def flow_log_exists(existing: Existing, context: Context) -> object:
    """Ask for a flow log."""
    found = context.client("ec2").describe_flow_logs(FlowLogIds=[existing.id])
    return found["FlowLogs"]


TYPES = (
    ResourceType(
        "aws:ec2/flowLog:FlowLog",
        create_flow_log,
        tagged=True,
        delete=delete_flow_log,
        exists=flow_log_exists,
    ),
)
