"""Queues take all attributes as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_attributes_are_texts(create: Create, aws: FakeAws) -> None:
    token = "aws:sqs/queue:Queue"  # noqa: S105 - a type token

    created = create(token, SAMPLES[token])

    assert aws.asked("create_queue")["Attributes"] == {
        "MessageRetentionPeriod": "1209600",
        "SqsManagedSseEnabled": "true",
    }
    assert created.id == created.outputs["url"]
    assert created.outputs["arn"] == "arn:aws:sqs:us-east-1:123456789012:failed"
