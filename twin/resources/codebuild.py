"""CodeBuild: projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context


def create_project(inputs: Inputs, context: Context) -> Created:
    """Create a build project. Most of its blocks are spelled as CodeBuild spells them."""
    name = context.physical_name(inputs)
    project = context.client("codebuild").create_project(
        name=name,
        tags=tag_list(inputs, "key", "value"),
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
    )["project"]
    return Created(project["arn"], {"arn": project["arn"], "name": name})


def _logs(inputs: Inputs) -> dict[str, Any]:
    logs = inputs.block("logsConfig")
    if not logs:
        return {}
    return {"logsConfig": logs.pick(cloudwatchLogs="cloudWatchLogs", s3Logs="s3Logs")}


TYPES = (ResourceType("aws:codebuild/project:Project", create_project, tagged=True),)
