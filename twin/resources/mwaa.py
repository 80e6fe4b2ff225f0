"""MWAA: environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources.inputs import capitalised
from twin.resources.resource import Created, ResourceType
from twin.resources.tags import tag_changes, tag_map

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


PARAMETERS = {
    "airflowConfigurationOptions": "AirflowConfigurationOptions",
    "airflowVersion": "AirflowVersion",
    "dagS3Path": "DagS3Path",
    "environmentClass": "EnvironmentClass",
    "executionRoleArn": "ExecutionRoleArn",
    "maxWebservers": "MaxWebservers",
    "maxWorkers": "MaxWorkers",
    "minWebservers": "MinWebservers",
    "minWorkers": "MinWorkers",
    "pluginsS3ObjectVersion": "PluginsS3ObjectVersion",
    "pluginsS3Path": "PluginsS3Path",
    "requirementsS3ObjectVersion": "RequirementsS3ObjectVersion",
    "requirementsS3Path": "RequirementsS3Path",
    "schedulers": "Schedulers",
    "sourceBucketArn": "SourceBucketArn",
    "startupScriptS3ObjectVersion": "StartupScriptS3ObjectVersion",
    "startupScriptS3Path": "StartupScriptS3Path",
    "webserverAccessMode": "WebserverAccessMode",
    "weeklyMaintenanceWindowStart": "WeeklyMaintenanceWindowStart",
}
"""What MWAA takes as it is, under the provider's and the service's names."""

FIXED = {"endpointManagement": "EndpointManagement", "kmsKey": "KmsKey"}
"""The same, and only when an environment is created."""


def create_environment(inputs: Inputs, context: Context) -> Created:
    """Create an Airflow environment. Where it answers, only the service can say."""
    inputs.ignore("workerReplacementStrategy")  # concerns updates alone
    client = context.client("mwaa")
    name = context.physical_name(inputs)
    arn = client.create_environment(
        Name=name,
        Tags=tag_map(inputs),
        LoggingConfiguration=capitalised(inputs.get("loggingConfiguration") or {}),
        NetworkConfiguration=capitalised(inputs.get("networkConfiguration") or {}),
        **inputs.pick(**PARAMETERS, **FIXED),
    )["Arn"]
    made = client.get_environment(Name=name)["Environment"]
    outputs = {
        "arn": arn,
        "name": name,
        "serviceRoleArn": made.get("ServiceRoleArn", ""),
        "status": made.get("Status", ""),
        "webserverUrl": made.get("WebserverUrl", ""),
    }
    return Created(name, outputs)


def update_environment(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change an Airflow environment; its subnets and its key it keeps."""
    client, name = context.client("mwaa"), existing.id
    network = inputs.block("networkConfiguration")
    network.ignore("subnetIds")
    client.update_environment(
        Name=name,
        LoggingConfiguration=capitalised(inputs.get("loggingConfiguration") or {}),
        NetworkConfiguration=network.pick(securityGroupIds="SecurityGroupIds"),
        **inputs.pick(**PARAMETERS, workerReplacementStrategy="WorkerReplacementStrategy"),
    )
    given, gone = tag_changes(existing, inputs)
    arn = existing.outputs["arn"]
    if given:
        client.tag_resource(ResourceArn=arn, Tags=given)
    if gone:
        client.untag_resource(ResourceArn=arn, tagKeys=gone)
    return Created(name)


TYPES = (
    ResourceType(
        "aws:mwaa/environment:Environment",
        create_environment,
        tagged=True,
        delete=lambda it, context: context.client("mwaa").delete_environment(Name=it.id),
        exists=lambda it, context: context.client("mwaa").get_environment(Name=it.id),
        update=update_environment,
    ),
)
