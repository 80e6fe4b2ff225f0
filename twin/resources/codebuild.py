"""CodeBuild: projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_project(inputs: Inputs, context: Context) -> Created:
    """Create a build project. Most of its blocks are spelled as CodeBuild spells them."""
    name = context.physical_name(inputs)
    project = context.client("codebuild").create_project(name=name, **_project(inputs))["project"]
    return Created(project["arn"], {"arn": project["arn"], "name": name})


def update_project(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change a build project."""
    context.client("codebuild").update_project(name=_name(existing), **_project(inputs))
    return Created(existing.id)


def _project(inputs: Inputs) -> dict[str, Any]:
    return {
        "tags": tag_list(inputs, "key", "value"),
        **inputs.pick(
            artifacts="artifacts",
            autoRetryLimit="autoRetryLimit",
            badgeEnabled="badgeEnabled",
            buildTimeout="timeoutInMinutes",
            cache="cache",
            concurrentBuildLimit="concurrentBuildLimit",
            description="description",
            encryptionKey="encryptionKey",
            environment="environment",
            queuedTimeout="queuedTimeoutInMinutes",
            serviceRole="serviceRole",
            source="source",
            sourceVersion="sourceVersion",
            vpcConfig="vpcConfig",
        ),
        **_logs(inputs),
    }


def _name(existing: Existing) -> str:
    return existing.id.rsplit("/", 1)[-1]


def _logs(inputs: Inputs) -> dict[str, Any]:
    logs = inputs.block("logsConfig")
    if not logs:
        return {}
    return {"logsConfig": logs.pick(cloudwatchLogs="cloudWatchLogs", s3Logs="s3Logs")}


TYPES = (
    ResourceType(
        "aws:codebuild/project:Project",
        create_project,
        tagged=True,
        delete=lambda it, context: context.client("codebuild").delete_project(name=_name(it)),
        exists=lambda it, context: context.client("codebuild").batch_get_projects(
            names=[_name(it)]
        )["projects"],
        update=update_project,
    ),
)
