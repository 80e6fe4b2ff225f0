"""Puts what could not be served where its resource says: a queue or a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud


def send(
    cloud: Cloud, arn: str, body: str, attributes: Mapping[str, str], *, role_arn: str | None = None
) -> None:
    """Send a message to a queue or topic, as a role if one is given.

    Raises:
        TwinError: the destination is neither.
    """
    typed = {
        name: {"DataType": "String", "StringValue": value or "-"}
        for name, value in attributes.items()
    }
    service = arn.split(":")[2]
    if service == "sqs":
        client = cloud.client("sqs", role_arn=role_arn)
        url = client.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=typed)
    elif service == "sns":
        cloud.client("sns", role_arn=role_arn).publish(
            TopicArn=arn, Message=body, MessageAttributes=typed
        )
    else:
        raise TwinError(
            "the twin cannot keep what failed there",
            resource=arn,
            found=f"a resource of {service}",
            expected="an SQS queue or an SNS topic",
            do="give the dead-letter configuration or destination one of these",
        )
