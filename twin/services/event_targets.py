"""Hands an event to a target of a rule, as EventBridge does: with its permission and its role.

Each service is one function. What they raise says whether trying again can help: a missing
permission or resource stays missing, so EventBridge gives up at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from twin.errors import TwinError
from twin.services.resource_policies import allows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.cloud import Cloud

EVENTS: Final = "events.amazonaws.com"

STARTED: Final = ("codebuild", "codepipeline")
"""Services whose resources have no policies: EventBridge starts them as a role."""

_SERVER_ERROR: Final = 500
_THROTTLED: Final = ("ThrottlingException", "TooManyRequestsException", "Throttling")


class RefusedError(Exception):
    """A target did not take an event. `code` is EventBridge's word for why."""

    def __init__(self, code: str, message: str, *, lasting: bool) -> None:
        super().__init__(message)
        self.code = code
        self.lasting = lasting


def hand_over(cloud: Cloud, target: Mapping[str, Any], rule_arn: str, payload: str) -> None:
    """Give a target its input.

    Raises:
        RefusedError: it did not take it.
    """
    service = target["Arn"].split(":")[2]
    try:
        _SERVICES[service](cloud, target, rule_arn, payload)
    except ClientError as error:
        raise _refused(error) from error
    except TwinError as error:
        raise RefusedError("NO_PERMISSIONS", str(error), lasting=True) from error
    except BotoCoreError as error:
        raise RefusedError("SDK_CLIENT_ERROR", str(error), lasting=False) from error


def takes(service: str) -> bool:
    """Tell whether the twin delivers to a service by itself; the rest is up to moto."""
    return service in _SERVICES


def needs_role(service: str) -> bool:
    """Tell whether a target of a service needs a role, because it has no policy of its own."""
    return service in STARTED


def queue_admits(cloud: Cloud, queue_arn: str, rule_arn: str) -> bool:
    """Tell whether a queue's policy lets EventBridge send for a rule."""
    client = cloud.client("sqs")
    url = client.get_queue_url(QueueName=queue_arn.rsplit(":", 1)[-1])["QueueUrl"]
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    policy = answer.get("Attributes", {}).get("Policy")
    return _admits(cloud, json.loads(policy) if policy else None, "sqs:SendMessage", rule_arn)


def _to_lambda(cloud: Cloud, target: Mapping[str, Any], rule_arn: str, payload: str) -> None:
    client, arn = cloud.client("lambda"), target["Arn"]
    client.get_function_configuration(FunctionName=arn)
    try:
        policy = json.loads(client.get_policy(FunctionName=arn)["Policy"])
    except client.exceptions.ResourceNotFoundException:
        policy = None
    _require(cloud, policy, "lambda:InvokeFunction", rule_arn, arn)
    client.invoke(FunctionName=arn, InvocationType="Event", Payload=payload.encode())


def _to_queue(cloud: Cloud, target: Mapping[str, Any], rule_arn: str, payload: str) -> None:
    client, arn = cloud.client("sqs"), target["Arn"]
    url = client.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    if not queue_admits(cloud, arn, rule_arn):
        raise _no_permission(arn, "sqs:SendMessage", rule_arn)
    group = target.get("SqsParameters", {}).get("MessageGroupId")
    client.send_message(
        QueueUrl=url, MessageBody=payload, **({"MessageGroupId": group} if group else {})
    )


def _to_topic(cloud: Cloud, target: Mapping[str, Any], rule_arn: str, payload: str) -> None:
    """Publish, if the topic lets EventBridge without a condition.

    EventBridge sends SNS nothing that a condition could look at, so that one never holds
    ("Using resource-based policies" in the EventBridge user guide, Amazon SNS permissions).
    """
    client, arn = cloud.client("sns"), target["Arn"]
    text = client.get_topic_attributes(TopicArn=arn)["Attributes"].get("Policy")
    policy = json.loads(text) if text else None
    if not allows(policy, service=EVENTS, action="sns:Publish", source_arn="", account=""):
        raise _no_permission(arn, "sns:Publish", rule_arn)
    client.publish(TopicArn=arn, Message=payload)


def _to_pipeline(cloud: Cloud, target: Mapping[str, Any], rule_arn: str, payload: str) -> None:
    del rule_arn  # the role says what may be started
    given: dict[str, Any] = json.loads(payload)
    overrides = {key: given[key] for key in ("sourceRevisions", "variables") if key in given}
    client = cloud.client("codepipeline", role_arn=target["RoleArn"])
    client.start_pipeline_execution(name=target["Arn"].rsplit(":", 1)[-1], **overrides)


def _to_build(cloud: Cloud, target: Mapping[str, Any], rule_arn: str, payload: str) -> None:
    del rule_arn  # the role says what may be started
    client = cloud.client("codebuild", role_arn=target["RoleArn"])
    client.start_build(projectName=target["Arn"].rsplit("/", 1)[-1], **json.loads(payload))


_SERVICES: Final[dict[str, Callable[[Cloud, Mapping[str, Any], str, str], None]]] = {
    "codebuild": _to_build,
    "codepipeline": _to_pipeline,
    "lambda": _to_lambda,
    "sns": _to_topic,
    "sqs": _to_queue,
}


def _require(
    cloud: Cloud, policy: Mapping[str, Any] | None, action: str, rule_arn: str, arn: str
) -> None:
    if not _admits(cloud, policy, action, rule_arn):
        raise _no_permission(arn, action, rule_arn)


def _admits(cloud: Cloud, policy: Mapping[str, Any] | None, action: str, rule_arn: str) -> bool:
    return allows(policy, service=EVENTS, action=action, source_arn=rule_arn, account=cloud.account)


def _no_permission(arn: str, action: str, rule_arn: str) -> RefusedError:
    message = f"{EVENTS} may not {action} on {arn} for {rule_arn}"
    return RefusedError("NO_PERMISSIONS", message, lasting=True)


def _refused(error: ClientError) -> RefusedError:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _THROTTLED:
        return RefusedError("THROTTLING", str(error), lasting=False)
    if status >= _SERVER_ERROR:
        return RefusedError("INTERNAL_ERROR", str(error), lasting=False)
    if "AccessDenied" in code:
        return RefusedError("NO_PERMISSIONS", str(error), lasting=True)
    known = "NO_RESOURCE" if "NotFound" in code or "NonExistent" in code else "SDK_CLIENT_ERROR"
    return RefusedError(known, str(error), lasting=True)
