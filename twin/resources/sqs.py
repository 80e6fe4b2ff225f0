"""SQS: queues and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


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


TYPES = (
    ResourceType("aws:sqs/queue:Queue", create_queue, tagged=True),
    ResourceType("aws:sqs/queuePolicy:QueuePolicy", create_queue_policy),
)
