"""What the twin changes in moto's SNS: a topic's name is taken by what the topic is.

SNS gives the topic that is there to who asks for the same one, and refuses who asks for another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.core.utils import camelcase_to_underscores
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.sns.models import Topic

    from twin.cloud import Cloud

_moto_create_topic = SNSBackend.create_topic


def install(cloud: Cloud) -> None:
    """Let moto's SNS look at the topic that has the name."""
    del cloud  # moto's own state is looked at, whichever account it is
    SNSBackend.create_topic = _create_topic


def _create_topic(
    self: SNSBackend,
    name: str,
    attributes: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
) -> Topic:
    known = set(self.topics)
    topic = _moto_create_topic(self, name, attributes, tags)
    if topic.arn in known:
        _require_same(topic, attributes or {}, tags or {})
    return topic


def _require_same(topic: Topic, attributes: Mapping[str, str], tags: Mapping[str, str]) -> None:
    found = vars(topic)
    if any(found.get(camelcase_to_underscores(key)) != attributes[key] for key in attributes):
        raise _different("Attributes")
    if tags and tags != found["_tags"]:
        raise _different("Tags")


def _different(what: str) -> SNSInvalidParameter:
    return SNSInvalidParameter(
        f"Invalid parameter: {what} Reason: Topic already exists with different {what.lower()}"
    )
