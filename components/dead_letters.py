"""A queue that keeps what could not be delivered: a building block of the components."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components import policies
from components.readiness import when_ready

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names

EVENTS = "events.amazonaws.com"
KEPT_SECONDS = 14 * 24 * 3600
"""SQS's most: two weeks to look at what failed and to send it again."""

DELIVERY_AGE_SECONDS = 24 * 3600
DELIVERY_ATTEMPTS = 185
"""What EventBridge does unasked; said here so that a change of theirs changes nothing."""


@dataclass(frozen=True, kw_only=True)
class DeadLettersArgs:
    """Whose failures are kept.

    Attributes:
        step: What the queue is called after the stack's prefix.
        key_arn: Encrypts the messages; its policy lets rules and functions use it.
        rule_arns: EventBridge rules that may put events in. A Lambda function needs no mention:
            it puts its own in, with its own role.
    """

    names: Names
    step: str
    key_arn: pulumi.Input[str]
    rule_arns: Sequence[pulumi.Input[str]] = field(default_factory=list[pulumi.Input[str]])


class DeadLetters(pulumi.ComponentResource):
    """A dead-letter queue: nothing is lost silently.

    Nobody reads it by itself: what lies in it wants a person. Its `arn` is known only when the
    rules may write to it.
    """

    arn: pulumi.Output[str]
    url: pulumi.Output[str]

    def __init__(
        self, name: str, args: DeadLettersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:queues:DeadLetters", name, None, opts)
        queue = self._queue(name, args)
        self.arn = when_ready(queue.arn, self._admit(name, args, queue))
        self.url = queue.url
        self.register_outputs({"arn": self.arn, "url": self.url})

    def _queue(self, name: str, args: DeadLettersArgs) -> aws.sqs.Queue:
        return aws.sqs.Queue(
            f"{name}-queue",
            name=args.names.step(args.step),
            message_retention_seconds=KEPT_SECONDS,
            kms_master_key_id=args.key_arn,
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _admit(self, name: str, args: DeadLettersArgs, queue: aws.sqs.Queue) -> aws.sqs.QueuePolicy:
        rules = [_keep_events(queue.arn, args.rule_arns)] if args.rule_arns else []
        return aws.sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=queue.url,
            policy=pulumi.Output.json_dumps(
                policies.document(*rules, _refuse_without_tls(queue.arn))
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _keep_events(
    queue_arn: pulumi.Input[str], rule_arns: Sequence[pulumi.Input[str]]
) -> policies.Statement:
    return policies.Statement(
        sid="KeepUndeliveredEvents",
        principals={"Service": EVENTS},
        actions=("sqs:SendMessage",),
        resources=(queue_arn,),
        conditions={"ArnEquals": {"aws:SourceArn": list(rule_arns)}},
    )


def _refuse_without_tls(queue_arn: pulumi.Input[str]) -> policies.Statement:
    return policies.Statement(
        sid="RefuseWithoutTls",
        deny=True,
        principals="*",
        actions=("sqs:*",),
        resources=(queue_arn,),
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def retry_policy() -> aws.cloudwatch.EventTargetRetryPolicyArgs:
    """Return how long EventBridge tries before an event is put into the queue."""
    return aws.cloudwatch.EventTargetRetryPolicyArgs(
        maximum_event_age_in_seconds=DELIVERY_AGE_SECONDS,
        maximum_retry_attempts=DELIVERY_ATTEMPTS,
    )
