"""SQS: queues and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType, again
from twin.resources.tags import tag_changes, tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_queue(inputs: Inputs, context: Context) -> Created:
    """Create a queue."""
    name = context.physical_name(inputs)
    url = context.client("sqs").create_queue(
        QueueName=name, Attributes=_attributes(inputs), tags=tag_map(inputs)
    )["QueueUrl"]
    return Created(url, {"arn": context.arn("sqs", name), "name": name, "url": url})


def _attributes(inputs: Inputs) -> dict[str, str]:
    """Return the attributes as SQS takes them: all of them texts."""
    found: dict[str, Any] = inputs.pick(
        contentBasedDeduplication="ContentBasedDeduplication",
        delaySeconds="DelaySeconds",
        fifoQueue="FifoQueue",
        kmsDataKeyReusePeriodSeconds="KmsDataKeyReusePeriodSeconds",
        kmsMasterKeyId="KmsMasterKeyId",
        maxMessageSize="MaximumMessageSize",
        messageRetentionSeconds="MessageRetentionPeriod",
        receiveWaitTimeSeconds="ReceiveMessageWaitTimeSeconds",
        redriveAllowPolicy="RedriveAllowPolicy",
        redrivePolicy="RedrivePolicy",
        sqsManagedSseEnabled="SqsManagedSseEnabled",
        visibilityTimeoutSeconds="VisibilityTimeout",
    )
    policy = inputs.document("policy")
    if policy:
        found["Policy"] = policy
    return {name: _text(value) for name, value in found.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def create_queue_policy(inputs: Inputs, context: Context) -> Created:
    """Say who may use a queue."""
    url = inputs.text("queueUrl")
    policy = inputs.document("policy") or ""
    context.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return Created(url)


EMPTY = ("KmsMasterKeyId", "Policy", "RedriveAllowPolicy", "RedrivePolicy")
"""Attributes that are taken away by an empty text."""


def update_queue(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change a queue's attributes."""
    client, url = context.client("sqs"), existing.id
    before, wanted = _attributes(existing.inputs), _attributes(inputs)
    gone = {name: "" for name in EMPTY if name in before and name not in wanted}
    client.set_queue_attributes(QueueUrl=url, Attributes={**gone, **wanted})
    given, dropped = tag_changes(existing, inputs)
    if given:
        client.tag_queue(QueueUrl=url, Tags=given)
    if dropped:
        client.untag_queue(QueueUrl=url, TagKeys=dropped)
    return Created(url)


def delete_queue_policy(existing: Existing, context: Context) -> None:
    """Leave a queue to its owner."""
    context.client("sqs").set_queue_attributes(QueueUrl=existing.id, Attributes={"Policy": ""})


def _policy(existing: Existing, context: Context) -> object:
    answer = context.client("sqs").get_queue_attributes(
        QueueUrl=existing.id, AttributeNames=["Policy"]
    )
    return answer.get("Attributes", {}).get("Policy")


TYPES = (
    ResourceType(
        "aws:sqs/queue:Queue",
        create_queue,
        tagged=True,
        delete=lambda it, context: context.client("sqs").delete_queue(QueueUrl=it.id),
        exists=lambda it, context: context.client("sqs").get_queue_attributes(
            QueueUrl=it.id, AttributeNames=["QueueArn"]
        ),
        update=update_queue,
    ),
    ResourceType(
        "aws:sqs/queuePolicy:QueuePolicy",
        create_queue_policy,
        delete=delete_queue_policy,
        exists=_policy,
        update=again(create_queue_policy),
    ),
)
