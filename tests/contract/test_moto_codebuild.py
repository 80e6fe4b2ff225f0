"""What the twin relies on in moto's CodeBuild, and what it changes there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.roles import make_role
from twin.services import codebuild

if TYPE_CHECKING:
    from twin.cloud import Cloud

ENVIRONMENT = {
    "type": "LINUX_CONTAINER",
    "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
    "computeType": "BUILD_GENERAL1_SMALL",
}
URL = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/none"


@pytest.fixture
def role(cloud: Cloud) -> str:
    codebuild.install(cloud)
    return make_role(cloud, "build", "codebuild")


def create(cloud: Cloud, role: str, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "name": "staging",
        "source": {"type": "CODEPIPELINE", "buildspec": "b.yml"},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": ENVIRONMENT,
        "serviceRole": role,
        **more,
    }
    found: dict[str, Any] = cloud.client("codebuild").create_project(**given)["project"]
    return found


def test_a_project_of_a_pipeline_is_created(cloud: Cloud, role: str) -> None:
    create(cloud, role, encryptionKey="arn:aws:kms:us-east-1:123456789012:key/k")

    (project,) = cloud.client("codebuild").batch_get_projects(names=["staging"])["projects"]

    assert project["source"]["type"] == "CODEPIPELINE"
    assert project["timeoutInMinutes"] == 60
    assert project["encryptionKey"].endswith("key/k")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"artifacts": {"type": "NO_ARTIFACTS"}}, "either both"),
        ({"serviceRole": "arn:aws:iam::123456789012:role/none"}, "not authorized"),
        ({"source": {"type": "CODEPIPELINE", "location": "x"}}, "null location"),
        ({"source": {"type": "CODECOMMIT"}, "artifacts": {"type": "NO_ARTIFACTS"}}, "location"),
    ],
)
def test_a_project_that_codebuild_would_refuse_is_refused(
    cloud: Cloud, role: str, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        create(cloud, role, **more)


def test_a_role_that_codebuild_may_not_take_on_is_refused(cloud: Cloud, role: str) -> None:
    create(cloud, role)
    other = make_role(cloud, "other", "codepipeline")

    with pytest.raises(ClientError, match="CodeBuild is not authorized to perform: sts:AssumeRole"):
        cloud.client("codebuild").update_project(name="staging", serviceRole=other)


def test_a_name_in_use_is_refused(cloud: Cloud, role: str) -> None:
    create(cloud, role)

    with pytest.raises(ClientError, match="already exists"):
        create(cloud, role)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"projectName": "none"}, "Project cannot be found"),
        ({"privilegedModeOverride": True}, "privilegedModeOverride"),
        ({}, "started by their pipeline"),
        (
            {"sourceTypeOverride": "CODECOMMIT", "sourceLocationOverride": URL},
            "was not found in",
        ),
    ],
)
def test_a_build_that_cannot_run_is_refused_at_once(
    cloud: Cloud, role: str, more: dict[str, Any], message: str
) -> None:
    create(cloud, role)

    with pytest.raises(ClientError, match=message):
        cloud.client("codebuild").start_build(**{"projectName": "staging", **more})


def test_builds_that_are_not_there_are_named(cloud: Cloud, role: str) -> None:
    create(cloud, role)

    answer = cloud.client("codebuild").batch_get_builds(ids=["staging:none"])

    assert answer["buildsNotFound"] == ["staging:none"]
    with pytest.raises(ClientError, match="does not exist"):
        cloud.client("codebuild").stop_build(id="staging:none")
