"""Glue: jobs, and how they encrypt what they write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.inputs import capitalised
from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_changes, tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_job(inputs: Inputs, context: Context) -> Created:
    """Create a job."""
    name = context.physical_name(inputs)
    context.client("glue").create_job(Name=name, Tags=tag_map(inputs), **_job(inputs))
    return Created(name, {"arn": context.arn("glue", f"job/{name}"), "name": name})


def update_job(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Give a job another definition."""
    client, name = context.client("glue"), existing.id
    client.update_job(JobName=name, JobUpdate=_job(inputs))
    given, gone = tag_changes(existing, inputs)
    arn = context.arn("glue", f"job/{name}")
    if given:
        client.tag_resource(ResourceArn=arn, TagsToAdd=given)
    if gone:
        client.untag_resource(ResourceArn=arn, TagsToRemove=gone)
    return Created(name)


def _job(inputs: Inputs) -> dict[str, Any]:
    command = inputs.block("command").pick(
        name="Name",
        pythonVersion="PythonVersion",
        runtime="Runtime",
        scriptLocation="ScriptLocation",
    )
    return {
        "Command": command,
        **inputs.pick(
            defaultArguments="DefaultArguments",
            description="Description",
            executionClass="ExecutionClass",
            glueVersion="GlueVersion",
            jobMode="JobMode",
            jobRunQueuingEnabled="JobRunQueuingEnabled",
            maintenanceWindow="MaintenanceWindow",
            maxCapacity="MaxCapacity",
            maxRetries="MaxRetries",
            nonOverridableArguments="NonOverridableArguments",
            numberOfWorkers="NumberOfWorkers",
            roleArn="Role",
            securityConfiguration="SecurityConfiguration",
            timeout="Timeout",
            workerType="WorkerType",
        ),
        **_blocks(inputs),
    }


def _blocks(inputs: Inputs) -> dict[str, Any]:
    connections = inputs.get("connections")
    blocks = {
        "Connections": {"Connections": connections} if connections else None,
        "ExecutionProperty": capitalised(inputs.get("executionProperty")),
        "NotificationProperty": capitalised(inputs.get("notificationProperty")),
    }
    return {name: value for name, value in blocks.items() if value}


def create_security_configuration(inputs: Inputs, context: Context) -> Created:
    """Create a security configuration; Glue takes S3's part as a list."""
    name = context.physical_name(inputs)
    given = inputs.block("encryptionConfiguration")
    cloudwatch, bookmarks, s3 = (
        capitalised(given.get(part), cloudwatchEncryptionMode="CloudWatchEncryptionMode")
        for part in ("cloudwatchEncryption", "jobBookmarksEncryption", "s3Encryption")
    )
    context.client("glue").create_security_configuration(
        Name=name,
        EncryptionConfiguration={
            **({"CloudWatchEncryption": cloudwatch} if cloudwatch else {}),
            **({"JobBookmarksEncryption": bookmarks} if bookmarks else {}),
            **({"S3Encryption": [s3]} if s3 else {}),
        },
    )
    return Created(name, {"name": name})


TYPES = (
    ResourceType(
        "aws:glue/job:Job",
        create_job,
        tagged=True,
        delete=lambda it, context: context.client("glue").delete_job(JobName=it.id),
        exists=lambda it, context: context.client("glue").get_job(JobName=it.id),
        update=update_job,
    ),
    ResourceType(
        "aws:glue/securityConfiguration:SecurityConfiguration",
        create_security_configuration,
        delete=lambda it, context: context.client("glue").delete_security_configuration(Name=it.id),
        exists=lambda it, context: context.client("glue").get_security_configuration(Name=it.id),
    ),
)
