"""A push becomes one execution of its own commit, and images stay as long as they are named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    InputsOf = Callable[[str], dict[str, Any]]


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


def test_only_images_without_a_tag_expire(inputs_of: InputsOf) -> None:
    policy = json.loads(inputs_of("build-images-lifecycle")["policy"])

    assert [rule["selection"]["tagStatus"] for rule in policy["rules"]] == ["untagged"]


def test_the_pipelines_role_trusts_it_by_a_plain_string(inputs_of: InputsOf) -> None:
    (statement,) = json.loads(inputs_of("build-pipeline-access-role")["assumeRolePolicy"])[
        "Statement"
    ]

    assert statement["Principal"] == {"Service": "codepipeline.amazonaws.com"}
