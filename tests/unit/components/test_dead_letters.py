"""What could not be delivered is kept for two weeks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph


def test_there_is_a_queue_for_each_way_to_fail(stack: Graph) -> None:
    names = {resource.inputs["name"] for resource in stack.of_type("aws:sqs/queue:Queue")}

    assert names == {
        "mlops-dev-alarm-events",
        "mlops-dev-pipeline-events",
        "mlops-dev-trigger-events",
        "mlops-dev-trigger-function",
    }


def test_messages_are_kept_as_long_as_sqs_can(stack: Graph) -> None:
    for queue in stack.of_type("aws:sqs/queue:Queue"):
        assert queue.inputs["messageRetentionSeconds"] == 14 * 24 * 3600


def test_messages_are_encrypted_with_the_key_of_messages(
    stack: Graph, key_of: Callable[[str], str]
) -> None:
    keys = {queue.inputs["kmsMasterKeyId"] for queue in stack.of_type("aws:sqs/queue:Queue")}

    assert keys == {key_of("messages")}


def admitted(stack: Graph) -> dict[str, list[dict[str, Any]]]:
    """Return the statements of each queue's policy by the queue's name."""
    return {
        policy.inputs["queueUrl"].rpartition("/")[2]: json.loads(policy.inputs["policy"])[
            "Statement"
        ]
        for policy in stack.of_type("aws:sqs/queuePolicy:QueuePolicy")
    }


def test_every_queue_refuses_requests_without_tls(stack: Graph) -> None:
    queues = {queue.inputs["name"] for queue in stack.of_type("aws:sqs/queue:Queue")}

    refusing = {
        name
        for name, statements in admitted(stack).items()
        for statement in statements
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert refusing == queues


def test_a_queue_that_no_rule_fills_admits_nobody(stack: Graph) -> None:
    statements = admitted(stack)["mlops-dev-trigger-function"]

    assert [one for one in statements if one["Effect"] == "Allow"] == []


def test_a_queue_admits_events_of_its_own_rules_alone(stack: Graph) -> None:
    (admits,) = (
        one for one in admitted(stack)["mlops-dev-pipeline-events"] if one["Effect"] == "Allow"
    )

    assert admits["Action"] == ["sqs:SendMessage"]
    assert admits["Condition"] == {
        "ArnEquals": {
            "aws:SourceArn": ["arn:aws:events:us-east-1:123456789012:rule/mlops-dev-push"]
        }
    }
