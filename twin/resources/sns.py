"""SNS: topics, their policies and subscriptions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from twin.resources.resource import Created, ResourceType, again
from twin.resources.tags import as_list, tag_changes, tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


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


def update_topic(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change a topic's attributes; one that is left out becomes empty."""
    client, arn = context.client("sns"), existing.id
    for ours, theirs in (("displayName", "DisplayName"), ("kmsMasterKeyId", "KmsMasterKeyId")):
        wanted = inputs.get(ours) or ""
        if wanted != (existing.inputs.get(ours) or ""):
            client.set_topic_attributes(TopicArn=arn, AttributeName=theirs, AttributeValue=wanted)
    policy = inputs.document("policy")
    if policy:
        client.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    given, gone = tag_changes(existing, inputs)
    if given:
        client.tag_resource(ResourceArn=arn, Tags=as_list(given))
    if gone:
        client.untag_resource(ResourceArn=arn, TagKeys=gone)
    return Created(arn)


def reset_topic_policy(existing: Existing, context: Context) -> None:
    """Leave a topic to its own account, as it was when it was made."""
    owner = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{context.account}:root"},
        "Action": "sns:Publish",
        "Resource": existing.id,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [owner]})
    context.client("sns").set_topic_attributes(
        TopicArn=existing.id, AttributeName="Policy", AttributeValue=policy
    )


def _topic(existing: Existing, context: Context) -> object:
    return context.client("sns").get_topic_attributes(TopicArn=existing.id)


TYPES = (
    ResourceType(
        "aws:sns/topic:Topic",
        create_topic,
        tagged=True,
        delete=lambda it, context: context.client("sns").delete_topic(TopicArn=it.id),
        exists=_topic,
        update=update_topic,
    ),
    ResourceType(
        "aws:sns/topicPolicy:TopicPolicy",
        create_topic_policy,
        delete=reset_topic_policy,
        exists=_topic,
        update=again(create_topic_policy),
    ),
    ResourceType(
        "aws:sns/topicSubscription:TopicSubscription",
        create_subscription,
        delete=lambda it, context: context.client("sns").unsubscribe(SubscriptionArn=it.id),
        exists=lambda it, context: context.client("sns").get_subscription_attributes(
            SubscriptionArn=it.id
        ),
    ),
)
