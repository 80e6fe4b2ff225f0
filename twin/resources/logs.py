"""CloudWatch Logs: log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_changes, tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_log_group(inputs: Inputs, context: Context) -> Created:
    """Create a log group; how long it keeps lines is a request of its own."""
    inputs.ignore("skipDestroy")
    client = context.client("logs")
    name, tags = context.physical_name(inputs), tag_map(inputs)
    client.create_log_group(
        logGroupName=name,
        **({"tags": tags} if tags else {}),  # which the service refuses when there are none
        **inputs.pick(kmsKeyId="kmsKeyId", logGroupClass="logGroupClass"),
    )
    days = inputs.get("retentionInDays")
    if days:
        client.put_retention_policy(logGroupName=name, retentionInDays=days)
    return Created(name, {"arn": context.arn("logs", f"log-group:{name}"), "name": name})


def update_log_group(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Keep a group's lines for longer or shorter, or under another key."""
    inputs.ignore("skipDestroy")
    client, name = context.client("logs"), existing.id
    _change_key(existing, inputs, client)
    days = inputs.get("retentionInDays")
    if days:
        client.put_retention_policy(logGroupName=name, retentionInDays=days)
    else:
        client.delete_retention_policy(logGroupName=name)
    given, gone = tag_changes(existing, inputs)
    if given:
        client.tag_log_group(logGroupName=name, tags=given)
    if gone:
        client.untag_log_group(logGroupName=name, tags=gone)
    return Created(name)


def _change_key(existing: Existing, inputs: Inputs, client: Any) -> None:
    key, former = inputs.optional("kmsKeyId"), existing.inputs.optional("kmsKeyId")
    if key and key != former:
        client.associate_kms_key(logGroupName=existing.id, kmsKeyId=key)
    elif former and not key:
        client.disassociate_kms_key(logGroupName=existing.id)


def _is_there(existing: Existing, context: Context) -> bool:
    groups = context.client("logs").describe_log_groups(logGroupNamePrefix=existing.id)
    return existing.id in [group["logGroupName"] for group in groups["logGroups"]]


TYPES = (
    ResourceType(
        "aws:cloudwatch/logGroup:LogGroup",
        create_log_group,
        tagged=True,
        delete=lambda it, context: context.client("logs").delete_log_group(logGroupName=it.id),
        exists=_is_there,
        update=update_log_group,
    ),
)
