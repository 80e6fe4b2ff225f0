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
