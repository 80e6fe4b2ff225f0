"""What the twin relies on in moto's CodeCommit, and what it adds there."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from twin.reference_hook import ROUTE, TOKEN_HEADER
from twin.repository import Repository
from twin.services import codecommit

if TYPE_CHECKING:
    from twin.cloud import Cloud
    from twin.settings import Workspace

NAME = "mlops-twin"


@pytest.fixture
def repository(cloud: Cloud, workspace: Workspace) -> Repository:
    made = Repository(workspace)
    codecommit.install(cloud, made)
    cloud.client("codecommit").create_repository(
        repositoryName=NAME, repositoryDescription="d", kmsKeyId="alias/k", tags={"a": "b"}
    )
    return made


def error_code(error: pytest.ExceptionInfo[ClientError]) -> str:
    found: Any = error.value.response
    return str(found["Error"]["Code"])


def test_a_repository_has_storage_clone_urls_and_tags(cloud: Cloud, repository: Repository) -> None:
    client = cloud.client("codecommit")

    metadata = client.get_repository(repositoryName=NAME)["repositoryMetadata"]

    assert repository.only_path().stem == NAME
    assert metadata["cloneUrlHttp"].endswith(f"/v1/repos/{NAME}")
    assert metadata["kmsKeyId"] == "alias/k"
    assert client.list_tags_for_resource(resourceArn=metadata["Arn"])["tags"] == {"a": "b"}
    assert client.list_repositories()["repositories"][0]["repositoryName"] == NAME


def test_tags_can_be_changed(cloud: Cloud, repository: Repository) -> None:
    client = cloud.client("codecommit")
    arn = client.get_repository(repositoryName=NAME)["repositoryMetadata"]["Arn"]

    client.tag_resource(resourceArn=arn, tags={"c": "d"})
    client.untag_resource(resourceArn=arn, tagKeys=["a"])

    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "d"}
    assert repository.only_path().is_dir()


def test_a_name_in_use_is_refused(cloud: Cloud, repository: Repository) -> None:
    with pytest.raises(ClientError) as raised:
        cloud.client("codecommit").create_repository(repositoryName=NAME)

    assert error_code(raised) == "RepositoryNameExistsException"
    assert repository.only_path().is_dir()


def test_a_deleted_repository_leaves_no_storage(cloud: Cloud, repository: Repository) -> None:
    cloud.client("codecommit").delete_repository(repositoryName=NAME)

    assert not repository.path(NAME).exists()


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("get_branch", {"branchName": "none"}, "BranchDoesNotExistException"),
        ("update_default_branch", {"defaultBranchName": "x"}, "BranchDoesNotExistException"),
        ("get_commit", {"commitId": "0" * 40}, "CommitIdDoesNotExistException"),
        ("get_commit", {"commitId": "--all"}, "CommitIdDoesNotExistException"),
        ("get_branch", {"repositoryName": "no"}, "RepositoryDoesNotExistException"),
    ],
)
def test_what_is_not_there_is_refused_as_codecommit_does(
    cloud: Cloud, operation: str, arguments: dict[str, str], code: str
) -> None:
    given = {"repositoryName": NAME, "branchName": "main", **arguments}
    if operation != "get_branch":
        del given["branchName"]

    with pytest.raises(ClientError) as raised:
        getattr(cloud.client("codecommit"), operation)(**given)

    assert error_code(raised) == code


@pytest.mark.parametrize(("token", "status"), [("wrong", 403), (None, 404)])
def test_a_stranger_cannot_announce_a_push(
    cloud: Cloud, repository: Repository, token: str | None, status: int
) -> None:
    settings = json.loads((repository.only_path() / "twin.json").read_text(encoding="utf-8"))
    body: dict[str, Any] = {"hook": "post-receive", "repository": "another", "references": []}
    connection = http.client.HTTPConnection(urlsplit(cloud.url).netloc)

    connection.request("POST", ROUTE, json.dumps(body), {TOKEN_HEADER: token or settings["token"]})

    assert connection.getresponse().status == status
    connection.close()
