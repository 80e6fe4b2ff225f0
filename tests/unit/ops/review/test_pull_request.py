"""One comment, kept up to date; each request is held against the service's own model."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.stub import Stubber

from ops.errors import OpsError
from ops.review.comment import render
from ops.review.pull_request import PullRequest
from tests.unit.ops.review.builders import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_codecommit import CodeCommitClient

OURS = render(SETTINGS, "One resource changes.")
NEWER = render(SETTINGS, "Two resources change.")


@pytest.fixture
def service() -> Iterator[Stubber]:
    """Return CodeCommit as it answers; every request has to be one that was expected."""
    client = boto3.client(  # pyright: ignore[reportUnknownMemberType]  # overloads without stubs
        "codecommit",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - no secret: nothing is sent
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def pull_request(service: Stubber) -> PullRequest:
    return PullRequest(cast("CodeCommitClient", service.client), SETTINGS)


def said(content: str, identity: str = "c1", *, day: int = 1, deleted: bool = False) -> Any:
    return {
        "commentId": identity,
        "content": content,
        "creationDate": datetime(2026, 1, day, tzinfo=UTC),
        "deleted": deleted,
    }


def has(service: Stubber, *comments: Any) -> None:
    """Let the pull request have these comments."""
    service.add_response(
        "get_comments_for_pull_request",
        {"commentsForPullRequestData": [{"comments": [comment]} for comment in comments]},
        {"pullRequestId": "12"},
    )


def takes_new(service: Stubber, content: str) -> None:
    """Let the pull request take a new comment of this content, and of no other."""
    token = hashlib.sha256(content.encode()).hexdigest()
    service.add_response(
        "post_comment_for_pull_request",
        {},
        {
            "pullRequestId": "12",
            "repositoryName": "mlops-dev",
            "beforeCommitId": "b" * 40,
            "afterCommitId": "a" * 40,
            "content": content,
            "clientRequestToken": token,
        },
    )


def test_the_first_comment_is_posted(service: Stubber) -> None:
    has(service, said("Looks good to me"))
    takes_new(service, OURS)

    assert pull_request(service).say(OURS) == "posted"


def test_the_comment_is_updated_in_place(service: Stubber) -> None:
    has(service, said("Looks good to me", "c0"), said(OURS, "c1"))
    service.add_response("update_comment", {}, {"commentId": "c1", "content": NEWER})

    assert pull_request(service).say(NEWER) == "updated"


def test_the_same_is_not_said_twice(service: Stubber) -> None:
    has(service, said(OURS))

    assert pull_request(service).say(OURS) == "unchanged"


def test_the_newest_of_ours_is_updated(service: Stubber) -> None:
    has(service, said(OURS, "new", day=2), said(OURS, "old", day=1))
    service.add_response("update_comment", {}, {"commentId": "new", "content": NEWER})

    assert pull_request(service).say(NEWER) == "updated"


def test_a_comment_on_a_later_page_is_found(service: Stubber) -> None:
    service.add_response(
        "get_comments_for_pull_request",
        {"commentsForPullRequestData": [], "nextToken": "more"},
        {"pullRequestId": "12"},
    )
    service.add_response(
        "get_comments_for_pull_request",
        {"commentsForPullRequestData": [{"comments": [said(OURS)]}]},
        {"pullRequestId": "12", "nextToken": "more"},
    )

    assert pull_request(service).say(OURS) == "unchanged"


def test_a_deleted_comment_is_not_brought_back(service: Stubber) -> None:
    has(service, said(OURS, deleted=True))
    takes_new(service, NEWER)

    assert pull_request(service).say(NEWER) == "posted"


def test_a_comment_of_another_session_is_followed_by_a_new_one(service: Stubber) -> None:
    has(service, said(OURS))
    service.add_client_error("update_comment", "CommentNotCreatedByCallerException")
    takes_new(service, NEWER)

    assert pull_request(service).say(NEWER) == "posted"


def test_a_refusal_says_whose_permission_is_missing(service: Stubber) -> None:
    service.add_client_error("get_comments_for_pull_request", "AccessDeniedException")

    with pytest.raises(OpsError, match="pull request 12 of mlops-dev") as caught:
        pull_request(service).say(OURS)

    assert "AccessDeniedException" in str(caught.value)
    assert "pull_request_review.py" in str(caught.value)
