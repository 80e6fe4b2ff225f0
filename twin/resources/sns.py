"""SNS: topics, their policies and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


def create_topic(inputs: Inputs, context: Context) -> Created:
    """Create a topic."""
    name = context.physical_name(inputs)
    attributes = inputs.pick(displayName="DisplayName", kmsMasterKeyId="KmsMasterKeyId")
    policy = inputs.document("policy")
    arn = context.client("sns").create_topic(
        Name=name,
        Attributes=attributes | ({"Policy": policy} if policy else {}),
        Tags=tag_list(inputs),
    )["TopicArn"]
    return Created(arn, {"arn": arn, "name": name, "owner": context.account})


def create_topic_policy(inputs: Inputs, context: Context) -> Created:
    """Say who may publish to a topic."""
    arn = inputs.text("arn")
    context.client("sns").set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=inputs.document("policy")
    )
    return Created(arn, {"owner": context.account})


def create_subscription(inputs: Inputs, context: Context) -> Created:
    """Send what a topic gets to somebody."""
    inputs.ignore("confirmationTimeoutInMinutes", "endpointAutoConfirms")
    arn = context.client("sns").subscribe(
        TopicArn=inputs.text("topic"),
        ReturnSubscriptionArn=True,
        **inputs.pick(protocol="Protocol", endpoint="Endpoint"),
    )["SubscriptionArn"]
    outputs = {"arn": arn, "ownerId": context.account, "pendingConfirmation": False}
    return Created(arn, outputs)


TYPES = (
    ResourceType("aws:sns/topic:Topic", create_topic, tagged=True),
    ResourceType("aws:sns/topicPolicy:TopicPolicy", create_topic_policy),
    ResourceType("aws:sns/topicSubscription:TopicSubscription", create_subscription),
)
