"""A pipeline keeps the shape of its stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

PIPELINE = "aws:codepipeline/pipeline:Pipeline"


def test_an_action_names_its_type_and_artifacts(create: Create, aws: FakeAws) -> None:
    create(PIPELINE, SAMPLES[PIPELINE])

    source, staging = aws.asked("create_pipeline")["pipeline"]["stages"]
    assert source["actions"][0]["actionTypeId"]["provider"] == "CodeCommit"
    assert source["actions"][0]["outputArtifacts"] == [{"name": "source"}]
    assert staging["actions"][0]["inputArtifacts"] == [{"name": "source"}]


def test_a_store_without_a_region_is_the_only_one(create: Create, aws: FakeAws) -> None:
    create(PIPELINE, SAMPLES[PIPELINE])

    pipeline = aws.asked("create_pipeline")["pipeline"]
    assert pipeline["artifactStore"]["location"] == "b-artifacts"
    assert "artifactStores" not in pipeline


def test_mode_and_type_are_kept(create: Create, aws: FakeAws) -> None:
    create(PIPELINE, SAMPLES[PIPELINE])

    pipeline = aws.asked("create_pipeline")["pipeline"]
    assert (pipeline["executionMode"], pipeline["pipelineType"]) == ("QUEUED", "V2")


def test_a_trigger_keeps_its_filter(create: Create, aws: FakeAws) -> None:
    pushes = [{"branches": {"includes": ["main"]}}]
    trigger = {
        "providerType": "CodeStarSourceConnection",
        "gitConfiguration": {"sourceActionName": "Source", "pushes": pushes},
    }

    create(PIPELINE, {**SAMPLES[PIPELINE], "triggers": [trigger]})

    (kept,) = aws.asked("create_pipeline")["pipeline"]["triggers"]
    assert kept["gitConfiguration"] == {"sourceActionName": "Source", "push": pushes}


def test_a_pipeline_that_a_rule_starts_has_no_trigger(create: Create, aws: FakeAws) -> None:
    create(PIPELINE, SAMPLES[PIPELINE])

    assert "triggers" not in aws.asked("create_pipeline")["pipeline"]
