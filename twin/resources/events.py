"""EventBridge: rules and their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.errors import TwinError
from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context

DEFAULT_BUS = "default"


def create_rule(inputs: Inputs, context: Context) -> Created:
    """Create a rule for events of a pattern, or for a schedule."""
    inputs.ignore("forceDestroy")
    name, bus = context.physical_name(inputs), inputs.optional("eventBusName") or DEFAULT_BUS
    pattern = inputs.document("eventPattern")
    answer = context.client("events").put_rule(
        Name=name,
        EventBusName=bus,
        **({"EventPattern": pattern} if pattern else {}),
        **({"Tags": tag_list(inputs)} if inputs.get("tags") else {}),
        **inputs.pick(
            description="Description",
            roleArn="RoleArn",
            scheduleExpression="ScheduleExpression",
            state="State",
        ),
    )
    identity = name if bus == DEFAULT_BUS else f"{bus}/{name}"
    return Created(identity, {"arn": answer["RuleArn"], "name": name, "eventBusName": bus})


def create_target(inputs: Inputs, context: Context) -> Created:
    """Add a target to a rule."""
    inputs.ignore("forceDestroy")
    rule, bus = inputs.text("rule"), inputs.optional("eventBusName") or DEFAULT_BUS
    target = _target(inputs, context)
    answer = context.client("events").put_targets(Rule=rule, EventBusName=bus, Targets=[target])
    for failed in answer.get("FailedEntries", []):
        raise TwinError(
            f"PutTargets was refused: {failed.get('ErrorCode')}: {failed.get('ErrorMessage')}",
            found=f"arn = {target['Arn']!r}",
            do="correct the target where the program creates it",
        )
    return Created(f"{rule}-{target['Id']}", {"targetId": target["Id"], "eventBusName": bus})


def _target(inputs: Inputs, context: Context) -> dict[str, Any]:
    transformer = inputs.block("inputTransformer").pick(
        inputPaths="InputPathsMap", inputTemplate="InputTemplate"
    )
    retry = inputs.block("retryPolicy").pick(
        maximumEventAgeInSeconds="MaximumEventAgeInSeconds",
        maximumRetryAttempts="MaximumRetryAttempts",
    )
    optional = {
        "DeadLetterConfig": inputs.block("deadLetterConfig").pick(arn="Arn"),
        "InputTransformer": transformer,
        "RetryPolicy": retry,
        "SqsParameters": inputs.block("sqsTarget").pick(messageGroupId="MessageGroupId"),
    }
    return {
        "Id": context.physical_name(inputs, "targetId"),
        "Arn": inputs.text("arn"),
        **inputs.pick(input="Input", inputPath="InputPath", roleArn="RoleArn"),
        **{name: value for name, value in optional.items() if value},
    }


TYPES = (
    ResourceType("aws:cloudwatch/eventRule:EventRule", create_rule, tagged=True),
    ResourceType("aws:cloudwatch/eventTarget:EventTarget", create_target),
)
