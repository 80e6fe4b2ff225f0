"""A push becomes one execution of its own commit, and images stay as long as they are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ops.program import Graph, StandInCloud, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    InputsOf = Callable[[str], dict[str, Any]]

ROOT = Path(__file__).resolve().parents[3]
BY_CONNECTION = {
    "mlops:source": "connection",
    "mlops:sourceRepository": "team/models",
    "mlops:connectionProvider": "GitLab",
}
APPROVED = "arn:aws:codestar-connections:us-east-1:123456789012:connection/c0"


@pytest.fixture(scope="module")
def connected() -> Graph:
    """Return the dev stack with its repository elsewhere."""
    return evaluate(ROOT, "dev", StandInCloud(), values=BY_CONNECTION)


def test_every_push_is_built_in_order(inputs_of: InputsOf) -> None:
    pipeline = inputs_of("build-pipeline")

    assert pipeline["pipelineType"] == "V2"
    assert pipeline["executionMode"] == "QUEUED"
    assert [stage["name"] for stage in pipeline["stages"]] == ["Source", "Staging", "Image"]


def test_the_source_is_a_full_clone_and_never_polled(inputs_of: InputsOf) -> None:
    (source,) = inputs_of("build-pipeline")["stages"][0]["actions"]

    assert source["configuration"] == {
        "RepositoryName": "mlops-dev",
        "BranchName": "main",
        "PollForSourceChanges": "false",
        "OutputArtifactFormat": "CODEBUILD_CLONE_REF",
    }


def test_both_builds_work_on_the_source(inputs_of: InputsOf) -> None:
    builds = [stage["actions"][0] for stage in inputs_of("build-pipeline")["stages"][1:]]

    assert [build["configuration"]["ProjectName"] for build in builds] == [
        "mlops-dev-staging",
        "mlops-dev-image",
    ]
    assert all(build["inputArtifacts"] == ["source"] for build in builds)


def test_a_created_or_updated_branch_starts_it(inputs_of: InputsOf) -> None:
    pattern = json.loads(inputs_of("build-push-rule")["eventPattern"])

    assert pattern["source"] == ["aws.codecommit"]
    assert pattern["resources"] == ["arn:aws:codecommit:us-east-1:123456789012:mlops-dev"]
    assert pattern["detail"]["event"] == ["referenceCreated", "referenceUpdated"]
    assert pattern["detail"]["referenceName"] == ["main"]


def test_the_event_hands_over_its_commit(inputs_of: InputsOf) -> None:
    transformer = inputs_of("build-start-target")["inputTransformer"]

    assert transformer["inputPaths"] == {"commit": "$.detail.commitId"}
    assert json.loads(transformer["inputTemplate"]) == {
        "sourceRevisions": [
            {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": "<commit>"}
        ]
    }


def test_an_undelivered_push_is_kept(inputs_of: InputsOf) -> None:
    target = inputs_of("build-start-target")

    assert target["deadLetterConfig"]["arn"].endswith(":mlops-dev-pipeline-events")
    assert target["retryPolicy"]["maximumRetryAttempts"] == 185


@pytest.mark.parametrize(
    ("project", "buildspec"),
    [
        ("build-staging-project", "staging.buildspec.yml"),
        ("build-image-project", "training_image/buildspec.yml"),
    ],
)
def test_a_build_runs_the_repositorys_own_commands(
    project: str, buildspec: str, inputs_of: InputsOf
) -> None:
    inputs = inputs_of(project)

    assert inputs["source"] == {"type": "CODEPIPELINE", "buildspec": buildspec}
    assert inputs["artifacts"] == {"type": "CODEPIPELINE"}


def test_tags_of_images_never_move(inputs_of: InputsOf) -> None:
    images = inputs_of("build-images")

    assert images["imageTagMutability"] == "IMMUTABLE"
    assert images["imageScanningConfiguration"] == {"scanOnPush": True}
    assert images["encryptionConfigurations"][0]["encryptionType"] == "KMS"


@pytest.mark.parametrize("protected", [False, True])
def test_images_go_with_an_unprotected_stack_alone(
    protected: bool,  # noqa: FBT001 - a case
    variant: Callable[..., Graph],
) -> None:
    """They are built again from their commits; without this a destroy stops at the first one."""
    registry = variant("dev", protect=str(protected).lower()).named("build-images")

    assert registry.inputs.get("forceDelete", False) is not protected
    assert registry.options.protect is protected


def test_only_images_without_a_tag_expire(inputs_of: InputsOf) -> None:
    policy = json.loads(inputs_of("build-images-lifecycle")["policy"])

    assert [rule["selection"]["tagStatus"] for rule in policy["rules"]] == ["untagged"]


def test_the_pipelines_role_trusts_it_by_a_plain_string(inputs_of: InputsOf) -> None:
    (statement,) = json.loads(inputs_of("build-pipeline-access-role")["assumeRolePolicy"])[
        "Statement"
    ]

    assert statement["Principal"] == {"Service": "codepipeline.amazonaws.com"}


def test_a_connection_is_made_for_its_provider(connected: Graph) -> None:
    connection = connected.named("build-connection").inputs

    assert connection["name"] == "mlops-dev"
    assert connection["providerType"] == "GitLab"


def test_a_repository_elsewhere_needs_no_repository_rule_or_role(connected: Graph) -> None:
    names = {resource.name for resource in connected if resource.name.startswith("build-")}

    assert not {name for name in names if "repository" in name or "-start" in name}
    assert "build-push-rule" not in names
    assert "pipeline_events" not in connected.outputs["dead_letter_queue_urls"]


def test_a_push_elsewhere_starts_the_pipeline_by_its_trigger(connected: Graph) -> None:
    pipeline = connected.named("build-pipeline").inputs

    (trigger,) = pipeline["triggers"]
    assert trigger["gitConfiguration"]["pushes"] == [{"branches": {"includes": ["main"]}}]
    assert pipeline["executionMode"] == "QUEUED"
    assert pipeline["stages"][0]["actions"][0]["provider"] == "CodeStarSourceConnection"


def test_builds_of_a_repository_elsewhere_clone_it_by_the_connection(connected: Graph) -> None:
    for role in ("build-staging-access-policy", "build-image-access-policy"):
        policy = connected.named(role).inputs["policy"]
        assert "codeconnections:UseConnection" in policy
        assert "codecommit:" not in policy


def test_what_is_left_to_a_person_is_said(connected: Graph) -> None:
    assert connected.outputs["connection_arn"]
    assert connected.outputs["approve_connection_at"] == (
        "https://us-east-1.console.aws.amazon.com/codesuite/settings/connections"
    )


def test_a_connection_that_exists_is_used() -> None:
    values = {**BY_CONNECTION, "mlops:connectionArn": APPROVED}

    graph = evaluate(ROOT, "dev", StandInCloud(), values=values)

    source = graph.named("build-pipeline").inputs["stages"][0]["actions"][0]
    assert graph.of_type("aws:codeconnections/connection:Connection") == ()
    assert source["configuration"]["ConnectionArn"] == APPROVED
    assert graph.outputs["connection_arn"] == APPROVED


def test_the_stacks_own_repository_is_where_to_push(stack: Graph) -> None:
    assert stack.outputs["repository_clone_url"].endswith("/v1/repos/mlops-dev")
    assert "connection_arn" not in stack.outputs
    assert stack.named("build-pipeline").inputs.get("triggers") is None
