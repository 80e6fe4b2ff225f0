"""CodePipeline: pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType
from twin.resources.tags import as_list, tag_changes, tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_pipeline(inputs: Inputs, context: Context) -> Created:
    """Create a pipeline with its stages."""
    name = context.physical_name(inputs)
    context.client("codepipeline").create_pipeline(
        pipeline=_pipeline(name, inputs), tags=tag_list(inputs, "key", "value")
    )
    return Created(name, {"arn": context.arn("codepipeline", name), "name": name})


def update_pipeline(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Give a pipeline a new definition."""
    client, name = context.client("codepipeline"), existing.id
    client.update_pipeline(pipeline=_pipeline(name, inputs))
    given, gone = tag_changes(existing, inputs)
    arn = context.arn("codepipeline", name)
    if given:
        client.tag_resource(resourceArn=arn, tags=as_list(given, "key", "value"))
    if gone:
        client.untag_resource(resourceArn=arn, tagKeys=gone)
    return Created(name)


def _pipeline(name: str, inputs: Inputs) -> dict[str, Any]:
    inputs.ignore("name")
    return {
        "name": name,
        "stages": [_stage(stage) for stage in inputs.blocks("stages")],
        **_artifact_stores(inputs),
        **_triggers(inputs),
        **inputs.pick(
            executionMode="executionMode",
            pipelineType="pipelineType",
            roleArn="roleArn",
            variables="variables",
        ),
    }


def _artifact_stores(inputs: Inputs) -> dict[str, Any]:
    """Return the one store, or one for each region when they name regions."""
    stores = [
        (
            store.optional("region"),
            store.pick(encryptionKey="encryptionKey", location="location", type="type"),
        )
        for store in inputs.blocks("artifactStores")
    ]
    if len(stores) == 1:
        return {"artifactStore": stores[0][1]}
    return {"artifactStores": {region or "": store for region, store in stores}}


def _triggers(inputs: Inputs) -> dict[str, Any]:
    """Return what starts the pipeline by itself; only a source behind a connection has that."""
    found = [_trigger(trigger) for trigger in inputs.blocks("triggers")]
    return {"triggers": found} if found else {}


def _trigger(trigger: Inputs) -> dict[str, Any]:
    git = trigger.block("gitConfiguration")
    return {
        **trigger.pick(providerType="providerType"),
        "gitConfiguration": git.pick(
            sourceActionName="sourceActionName", pushes="push", pullRequests="pullRequest"
        ),
    }


def _stage(stage: Inputs) -> dict[str, Any]:
    actions = [_action(action) for action in stage.blocks("actions")]
    return {"name": stage.text("name"), "actions": actions}


def _action(action: Inputs) -> dict[str, Any]:
    kind = action.pick(category="category", owner="owner", provider="provider", version="version")
    return {
        "actionTypeId": kind,
        "inputArtifacts": [{"name": name} for name in action.items("inputArtifacts")],
        "outputArtifacts": [{"name": name} for name in action.items("outputArtifacts")],
        **action.pick(
            configuration="configuration",
            name="name",
            namespace="namespace",
            region="region",
            roleArn="roleArn",
            runOrder="runOrder",
            timeoutInMinutes="timeoutInMinutes",
        ),
    }


TYPES = (
    ResourceType(
        "aws:codepipeline/pipeline:Pipeline",
        create_pipeline,
        tagged=True,
        delete=lambda it, context: context.client("codepipeline").delete_pipeline(name=it.id),
        exists=lambda it, context: context.client("codepipeline").get_pipeline(name=it.id),
        update=update_pipeline,
    ),
)
