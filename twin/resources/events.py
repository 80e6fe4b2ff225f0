"""EventBridge: rules and their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.errors import TwinError
from twin.resources.resource import Created, ResourceType, again
from twin.resources.tags import as_list, tag_changes, tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing

DEFAULT_BUS = "default"


def create_rule(inputs: Inputs, context: Context) -> Created:
    """Create a rule for events of a pattern, or for a schedule."""
    inputs.ignore("forceDestroy")
    name, bus = context.physical_name(inputs), inputs.optional("eventBusName") or DEFAULT_BUS
    tags = {"Tags": tag_list(inputs)} if inputs.get("tags") else {}
    arn = context.client("events").put_rule(Name=name, EventBusName=bus, **_rule(inputs), **tags)[
        "RuleArn"
    ]
    identity = name if bus == DEFAULT_BUS else f"{bus}/{name}"
    return Created(identity, {"arn": arn, "name": name, "eventBusName": bus})


def update_rule(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Put a rule again; EventBridge takes its tags only with a new one."""
    inputs.ignore("forceDestroy")
    client = context.client("events")
    arn = client.put_rule(**_address(existing), **_rule(inputs))["RuleArn"]
    given, gone = tag_changes(existing, inputs)
    if given:
        client.tag_resource(ResourceARN=arn, Tags=as_list(given))
    if gone:
        client.untag_resource(ResourceARN=arn, TagKeys=gone)
    return Created(existing.id)


def _rule(inputs: Inputs) -> dict[str, Any]:
    pattern = inputs.document("eventPattern")
    return {
        **({"EventPattern": pattern} if pattern else {}),
        **inputs.pick(
            description="Description",
            roleArn="RoleArn",
            scheduleExpression="ScheduleExpression",
            state="State",
        ),
    }


def _address(existing: Existing) -> dict[str, str]:
    bus, _, name = existing.id.rpartition("/")
    return {"Name": name, "EventBusName": bus or DEFAULT_BUS}


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


def _target_address(existing: Existing) -> dict[str, str]:
    bus = existing.inputs.optional("eventBusName") or DEFAULT_BUS
    return {"Rule": existing.inputs.text("rule"), "EventBusName": bus}


def delete_target(existing: Existing, context: Context) -> None:
    """Take a target from its rule."""
    identity = existing.outputs["targetId"]
    context.client("events").remove_targets(**_target_address(existing), Ids=[identity])


def _is_targeted(existing: Existing, context: Context) -> bool:
    listed = context.client("events").list_targets_by_rule(**_target_address(existing))
    return existing.outputs["targetId"] in [target["Id"] for target in listed["Targets"]]


TYPES = (
    ResourceType(
        "aws:cloudwatch/eventRule:EventRule",
        create_rule,
        tagged=True,
        delete=lambda it, context: context.client("events").delete_rule(**_address(it)),
        exists=lambda it, context: context.client("events").describe_rule(**_address(it)),
        update=update_rule,
    ),
    ResourceType(
        "aws:cloudwatch/eventTarget:EventTarget",
        create_target,
        delete=delete_target,
        exists=_is_targeted,
        update=again(create_target),
    ),
)
