"""What the twin changes in moto's SNS, which takes a topic's name twice, whatever it shall be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.services import sns

if TYPE_CHECKING:
    from twin.cloud import Cloud

TOPIC: dict[str, Any] = {
    "Name": "failures",
    "Attributes": {"DisplayName": "Failures"},
    "Tags": [{"Key": "Stack", "Value": "a"}],
}


@pytest.fixture
def client(cloud: Cloud) -> Any:
    """Return a client of SNS in an account with one topic."""
    sns.install(cloud)
    client = cloud.client("sns")
    client.create_topic(**TOPIC)
    return client


def test_the_same_topic_can_be_created_again(client: Any) -> None:
    arn = client.create_topic(**TOPIC)["TopicArn"]

    assert client.list_topics()["Topics"] == [{"TopicArn": arn}]


def test_a_topic_s_name_is_enough_to_find_it(client: Any) -> None:
    arn = client.create_topic(Name="failures")["TopicArn"]

    assert arn.endswith(":failures")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"Attributes": {"DisplayName": "Other"}}, "Attributes"),
        ({"Attributes": {"KmsMasterKeyId": "alias/other"}}, "Attributes"),
        ({"Tags": [{"Key": "Stack", "Value": "b"}]}, "Tags"),
    ],
)
def test_a_topic_that_shall_be_another_is_refused(
    client: Any, changes: dict[str, Any], what: str
) -> None:
    message = (
        f"Invalid parameter: {what} Reason: Topic already exists with different {what.lower()}"
    )
    with pytest.raises(ClientError, match=message) as refusal:
        client.create_topic(**{**TOPIC, **changes})

    response: Any = refusal.value.response
    assert response["Error"]["Code"] == "InvalidParameter"
