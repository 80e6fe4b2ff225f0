"""Lambda: functions, who may call them, and what happens to events that they fail on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.errors import TwinError
from twin.resources.inputs import capitalised
from twin.resources.resource import Created, ResourceType, again
from twin.resources.tags import tag_changes, tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_function(inputs: Inputs, context: Context) -> Created:
    """Create a function from its packed code."""
    inputs.ignore("sourceCodeHash", "skipDestroy")
    name = context.physical_name(inputs)
    client = context.client("lambda")
    made = client.create_function(
        FunctionName=name,
        Code=_code(inputs),
        Tags=tag_map(inputs),
        **inputs.pick(architectures="Architectures", packageType="PackageType", publish="Publish"),
        **_configuration(inputs),
    )
    _reserve(client, name, inputs)
    return Created(name, _function_outputs(made, context))


def update_function(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Give a function other code and other settings."""
    inputs.ignore("sourceCodeHash", "skipDestroy")
    client, name = context.client("lambda"), existing.id
    client.update_function_configuration(FunctionName=name, **_configuration(inputs))
    made = client.update_function_code(
        FunctionName=name,
        **_code(inputs),
        **inputs.pick(architectures="Architectures", publish="Publish"),
    )
    _reserve(client, name, inputs)
    given, gone = tag_changes(existing, inputs)
    if given:
        client.tag_resource(Resource=existing.outputs["arn"], Tags=given)
    if gone:
        client.untag_resource(Resource=existing.outputs["arn"], TagKeys=gone)
    return Created(name, _function_outputs(made, context))


def _configuration(inputs: Inputs) -> dict[str, Any]:
    blocks = {
        "DeadLetterConfig": capitalised(inputs.get("deadLetterConfig")),
        "Environment": inputs.block("environment").pick(variables="Variables"),
        "EphemeralStorage": capitalised(inputs.get("ephemeralStorage")),
        "LoggingConfig": capitalised(inputs.get("loggingConfig")),
        "TracingConfig": capitalised(inputs.get("tracingConfig")),
        "VpcConfig": capitalised(inputs.get("vpcConfig")),
    }
    return {name: value for name, value in blocks.items() if value} | inputs.pick(
        description="Description",
        handler="Handler",
        kmsKeyArn="KMSKeyArn",
        layers="Layers",
        memorySize="MemorySize",
        role="Role",
        runtime="Runtime",
        timeout="Timeout",
    )


def _reserve(client: Any, name: str, inputs: Inputs) -> None:
    """Reserve executions for a function; the provider's -1 means: none."""
    reserved = inputs.get("reservedConcurrentExecutions")
    if reserved is not None and reserved >= 0:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    elif reserved is not None:
        client.delete_function_concurrency(FunctionName=name)


def _code(inputs: Inputs) -> dict[str, Any]:
    packed = inputs.get("code")
    if isinstance(packed, bytes):
        return {"ZipFile": packed}
    stored = inputs.pick(s3Bucket="S3Bucket", s3Key="S3Key", s3ObjectVersion="S3ObjectVersion")
    if not stored:
        raise TwinError(
            "the function has no code",
            expected="`code` as an archive, or `s3Bucket` and `s3Key`",
            do="give the function its code",
        )
    return stored


def _function_outputs(made: dict[str, Any], context: Context) -> dict[str, Any]:
    arn, version = made["FunctionArn"], made.get("Version", "$LATEST")
    return {
        "arn": arn,
        "name": made["FunctionName"],
        "codeSha256": made.get("CodeSha256", ""),
        "invokeArn": (
            f"arn:aws:apigateway:{context.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
        ),
        "lastModified": made.get("LastModified", ""),
        "qualifiedArn": f"{arn}:{version}",
        "sourceCodeSize": made.get("CodeSize", 0),
        "version": version,
    }


def create_permission(inputs: Inputs, context: Context) -> Created:
    """Let somebody call a function."""
    statement = context.physical_name(inputs, "statementId")
    context.client("lambda").add_permission(
        StatementId=statement,
        **inputs.pick(
            action="Action",
            function="FunctionName",
            principal="Principal",
            qualifier="Qualifier",
            sourceAccount="SourceAccount",
            sourceArn="SourceArn",
        ),
    )
    return Created(statement, {"statementId": statement})


def create_event_invoke_config(inputs: Inputs, context: Context) -> Created:
    """Say how often an event is tried again, and where one goes that never succeeds."""
    name = inputs.text("functionName")
    destinations = capitalised(inputs.get("destinationConfig"))
    context.client("lambda").put_function_event_invoke_config(
        FunctionName=name,
        **inputs.pick(
            maximumEventAgeInSeconds="MaximumEventAgeInSeconds",
            maximumRetryAttempts="MaximumRetryAttempts",
            qualifier="Qualifier",
        ),
        **({"DestinationConfig": destinations} if destinations else {}),
    )
    return Created(name)


def _statements(existing: Existing, context: Context) -> list[Any]:
    policy = context.client("lambda").get_policy(FunctionName=existing.inputs.text("function"))
    found = json.loads(policy["Policy"])["Statement"]
    return [statement for statement in found if statement["Sid"] == existing.id]


TYPES = (
    ResourceType(
        "aws:lambda/function:Function",
        create_function,
        tagged=True,
        delete=lambda it, context: context.client("lambda").delete_function(FunctionName=it.id),
        exists=lambda it, context: context.client("lambda").get_function(FunctionName=it.id),
        update=update_function,
    ),
    ResourceType(
        "aws:lambda/permission:Permission",
        create_permission,
        delete=lambda it, context: context.client("lambda").remove_permission(
            FunctionName=it.inputs.text("function"), StatementId=it.id
        ),
        exists=_statements,
    ),
    ResourceType(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        create_event_invoke_config,
        delete=lambda it, context: context.client("lambda").delete_function_event_invoke_config(
            FunctionName=it.id
        ),
        exists=lambda it, context: context.client("lambda").get_function_event_invoke_config(
            FunctionName=it.id
        ),
        update=again(create_event_invoke_config),
    ),
)
