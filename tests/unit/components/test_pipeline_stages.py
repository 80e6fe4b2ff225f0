"""What a push goes through, stage by stage."""

from __future__ import annotations

from typing import cast

import pulumi_aws as aws

from components.pipeline_stages import stages

SOURCE = aws.codepipeline.PipelineStageActionArgs(
    name="Source", category="Source", owner="AWS", provider="CodeCommit", version="1"
)


def test_the_source_comes_first_then_each_build_in_its_order() -> None:
    found = stages(SOURCE, {"Staging": "mlops-dev-staging", "Image": "mlops-dev-image"})

    assert [stage.name for stage in found] == ["Source", "Staging", "Image"]


def test_a_stage_runs_the_one_action_that_it_is_called_after() -> None:
    (_, staging) = stages(SOURCE, {"Staging": "mlops-dev-staging"})

    (action,) = cast("list[aws.codepipeline.PipelineStageActionArgs]", staging.actions)
    assert (action.name, action.configuration) == ("Staging", {"ProjectName": "mlops-dev-staging"})
