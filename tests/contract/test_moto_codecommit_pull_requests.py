"""Pull requests as the twin plays them beside moto's CodeCommit, through a real client."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from twin.repository import Repository
from twin.services import codecommit, events

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloud import Cloud
    from twin.settings import Workspace

NAME = "mlops-twin"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def client(cloud: Cloud, workspace: Workspace, tmp_path: Path) -> Any:
    """Return CodeCommit with a repository of two branches."""
    events.install(cloud)
    repository = Repository(workspace)
    codecommit.install(cloud, repository)
    client = cloud.client("codecommit")
    client.create_repository(repositoryName=NAME)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository.only_path()), str(clone))
    for branch in ("main", "change"):
        git(clone, "commit", "--quiet", "--allow-empty", "--message", branch)
        git(clone, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
    return client


@pytest.fixture
def pull_request(client: Any) -> dict[str, Any]:
    return client.create_pull_request(
        title="A change", targets=[{"repositoryName": NAME, "sourceReference": "change"}]
    )["pullRequest"]


def post(client: Any, pull_request: dict[str, Any], content: str, token: str = "") -> str:
    target = pull_request["pullRequestTargets"][0]
    answer = client.post_comment_for_pull_request(
        pullRequestId=pull_request["pullRequestId"],
        repositoryName=NAME,
        beforeCommitId=target["destinationCommit"],
        afterCommitId=target["sourceCommit"],
        content=content,
        **({"clientRequestToken": token} if token else {}),
    )
    return answer["comment"]["commentId"]


def said(client: Any, pull_request: dict[str, Any]) -> list[str]:
    answer = client.get_comments_for_pull_request(pullRequestId=pull_request["pullRequestId"])
    return [one["comments"][0]["content"] for one in answer["commentsForPullRequestData"]]


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    found: Any = error.value.response
    return str(found["Error"]["Code"])


def test_a_pull_request_knows_its_commits(client: Any, pull_request: dict[str, Any]) -> None:
    target = pull_request["pullRequestTargets"][0]

    branch = client.get_branch(repositoryName=NAME, branchName="change")["branch"]

    assert target["sourceCommit"] == branch["commitId"]
    assert target["destinationReference"] == "refs/heads/main"


def test_a_comment_is_changed_in_place(client: Any, pull_request: dict[str, Any]) -> None:
    comment = post(client, pull_request, "first")

    client.update_comment(commentId=comment, content="second")

    assert said(client, pull_request) == ["second"]


def test_a_request_that_comes_twice_makes_one_comment(
    client: Any, pull_request: dict[str, Any]
) -> None:
    post(client, pull_request, "first", token="t")  # noqa: S106 - no secret
    post(client, pull_request, "first", token="t")  # noqa: S106 - no secret

    assert said(client, pull_request) == ["first"]


def test_nobody_changes_what_another_said(
    client: Any, pull_request: dict[str, Any], cloud: Cloud
) -> None:
    comment = post(client, pull_request, "mine")
    role = cloud.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument="{}")["Role"]

    with pytest.raises(ClientError) as caught:
        cloud.client("codecommit", role_arn=role["Arn"]).update_comment(
            commentId=comment, content="theirs"
        )

    assert code(caught) == "CommentNotCreatedByCallerException"


def test_a_comment_has_a_limit(client: Any, pull_request: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        post(client, pull_request, "x" * 10_241)

    assert code(caught) == "CommentContentSizeLimitExceededException"


def test_comments_of_a_repository_are_asked_for_with_two_commits(
    client: Any, pull_request: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as caught:
        client.get_comments_for_pull_request(
            pullRequestId=pull_request["pullRequestId"], repositoryName=NAME
        )

    assert code(caught) == "CommitIdRequiredException"


def test_a_pull_request_of_a_missing_branch_is_refused(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client.create_pull_request(
            title="t", targets=[{"repositoryName": NAME, "sourceReference": "nowhere"}]
        )

    assert code(caught) == "ReferenceDoesNotExistException"
