"""CloudWatch Logs: log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


def create_log_group(inputs: Inputs, context: Context) -> Created:
    """Create a log group; how long it keeps lines is a request of its own."""
    inputs.ignore("skipDestroy")
    client = context.client("logs")
    name = context.physical_name(inputs)
    client.create_log_group(
        logGroupName=name,
        tags=tag_map(inputs),
        **inputs.pick(kmsKeyId="kmsKeyId", logGroupClass="logGroupClass"),
    )
    days = inputs.get("retentionInDays")
    if days:
        client.put_retention_policy(logGroupName=name, retentionInDays=days)
    return Created(name, {"arn": context.arn("logs", f"log-group:{name}"), "name": name})


TYPES = (ResourceType("aws:cloudwatch/logGroup:LogGroup", create_log_group, tagged=True),)
