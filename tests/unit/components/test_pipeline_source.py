"""Either source hands a full clone on, is never polled, and opens one repository alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from components import pipeline_source
from components.naming import Names

if TYPE_CHECKING:
    from components.pipeline_source import PipelineSource

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
CONNECTION = "arn:aws:codeconnections:us-east-1:123456789012:connection/c0"
FORMER = CONNECTION.replace("codeconnections", "codestar-connections")


def codecommit() -> PipelineSource:
    return pipeline_source.codecommit_source(NAMES, "mlops-dev", "main")


def connection(arn: str = CONNECTION) -> PipelineSource:
    service = pipeline_source.arn_service(arn)
    return pipeline_source.connection_source(arn, "team/models", "main", service=service)


def configuration(source: PipelineSource) -> Any:
    return source.action.configuration


@pytest.mark.parametrize("source", [codecommit(), connection()], ids=["codecommit", "connection"])
def test_a_source_is_a_full_clone(source: PipelineSource) -> None:
    assert configuration(source)["OutputArtifactFormat"] == "CODEBUILD_CLONE_REF"
    assert source.action.output_artifacts == ["source"]


def test_the_stacks_own_repository_is_never_polled() -> None:
    source = codecommit()

    assert configuration(source)["PollForSourceChanges"] == "false"
    assert not source.triggers


def test_a_push_to_the_branch_starts_what_is_behind_a_connection() -> None:
    (trigger,) = connection().triggers

    assert trigger == {
        "provider_type": "CodeStarSourceConnection",
        "git_configuration": {
            "source_action_name": "Source",
            "pushes": [{"branches": {"includes": ["main"]}}],
        },
    }


def test_a_push_behind_a_connection_starts_it_once() -> None:
    assert configuration(connection())["DetectChanges"] == "false"


def test_a_connection_is_used_for_the_one_repository() -> None:
    source = connection()

    for statement in (source.look, source.clone):
        assert statement.actions == ("codeconnections:UseConnection",)
        assert statement.resources == (CONNECTION,)
        assert statement.conditions == {
            "StringEqualsIfExists": {"codeconnections:FullRepositoryId": "team/models"}
        }


def test_a_connection_of_the_former_name_is_allowed_by_that_name() -> None:
    statement = connection(FORMER).clone

    assert statement.actions == ("codestar-connections:UseConnection",)
    assert "codestar-connections:FullRepositoryId" in statement.conditions["StringEqualsIfExists"]


def test_a_new_connection_is_of_todays_name() -> None:
    assert pipeline_source.arn_service(None) == "codeconnections"
