"""Topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_a_topic_keeps_key_and_policy(create: Create, aws: FakeAws) -> None:
    token = "aws:sns/topic:Topic"  # noqa: S105 - a type token

    create(token, {**SAMPLES[token], "policy": "{}"})

    attributes = aws.asked("create_topic")["Attributes"]
    assert set(attributes) == {"KmsMasterKeyId", "Policy"}
