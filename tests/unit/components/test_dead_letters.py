"""What could not be delivered is kept for two weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def test_a_queue_that_no_rule_fills_admits_nobody(stack: Graph) -> None:
    urls = [
        resource.inputs["queueUrl"] for resource in stack.of_type("aws:sqs/queuePolicy:QueuePolicy")
    ]

    assert not [url for url in urls if url.endswith("trigger-function")]
