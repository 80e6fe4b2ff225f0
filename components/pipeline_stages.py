"""What a push goes through: its source, then one build after the other. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.pipeline_source import SOURCE_ARTIFACT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi


def stages(
    source: aws.codepipeline.PipelineStageActionArgs, builds: Mapping[str, pulumi.Input[str]]
) -> list[aws.codepipeline.PipelineStageArgs]:
    """Return a stage of one action each, called like it.

    Args:
        source: The action that takes the commit.
        builds: What a stage is called -> its CodeBuild project, in order.
    """
    actions = (source, *(_build(name, project) for name, project in builds.items()))
    return [
        aws.codepipeline.PipelineStageArgs(name=action.name, actions=[action]) for action in actions
    ]


def _build(name: str, project: pulumi.Input[str]) -> aws.codepipeline.PipelineStageActionArgs:
    return aws.codepipeline.PipelineStageActionArgs(
        name=name,
        category="Build",
        owner="AWS",
        provider="CodeBuild",
        version="1",
        configuration={"ProjectName": project},
        input_artifacts=[SOURCE_ARTIFACT],
    )
