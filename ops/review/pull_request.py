"""The pull request's comments in CodeCommit, through boto3."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from ops.errors import OpsError
from ops.review.comment import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_codecommit import CodeCommitClient
    from mypy_boto3_codecommit.type_defs import CommentTypeDef

    from ops.review.settings import Settings

Result = Literal["posted", "updated", "unchanged"]

NOT_THE_AUTHOR = "CommentNotCreatedByCallerException"


class PullRequest:
    """One pull request; it has one comment of ours, or none yet."""

    def __init__(self, client: CodeCommitClient, settings: Settings) -> None:
        self._client = client
        self._settings = settings

    def say(self, content: str) -> Result:
        """Say it in our comment, which is made where it is missing.

        A comment may be changed by its author alone, and each build is a session of its own: where
        CodeCommit takes that for another author, the new content becomes a new comment.

        Raises:
            OpsError: CodeCommit refused.
        """
        try:
            ours = self._find()
            if ours is None:
                return self._post(content)
            if ours.get("content") == content:
                return "unchanged"
            return self._update(ours.get("commentId", ""), content)
        except ClientError as error:
            raise self._failure(error) from error

    def _find(self) -> CommentTypeDef | None:
        """Return our newest comment that was not deleted."""
        ours = [
            comment
            for comment in self._comments()
            if not comment.get("deleted") and is_ours(comment.get("content", ""))
        ]
        return max(ours, key=lambda comment: str(comment.get("creationDate", "")), default=None)

    def _comments(self) -> Iterator[CommentTypeDef]:
        # The pull request alone: with a repository CodeCommit asks for two commits as well, and
        # then shows only what was said of those.
        pages = self._client.get_paginator("get_comments_for_pull_request").paginate(
            pullRequestId=self._settings.pull_request
        )
        for page in pages:
            for said in page["commentsForPullRequestData"]:
                yield from said.get("comments", [])

    def _update(self, comment: str, content: str) -> Result:
        try:
            self._client.update_comment(commentId=comment, content=content)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != NOT_THE_AUTHOR:
                raise
            return self._post(content)
        return "updated"

    def _post(self, content: str) -> Result:
        settings = self._settings
        self._client.post_comment_for_pull_request(
            pullRequestId=settings.pull_request,
            repositoryName=settings.repository,
            beforeCommitId=settings.destination,
            afterCommitId=settings.source,
            content=content,
            # A request that is sent again makes no second comment.
            clientRequestToken=hashlib.sha256(content.encode()).hexdigest(),
        )
        return "posted"

    def _failure(self, error: ClientError) -> OpsError:
        settings = self._settings
        return OpsError(
            f"pull request {settings.pull_request} of {settings.repository} got no comment",
            found=str(error),
            expected="a pull request whose comments the build's role may read and write",
            do="compare it with the role's policy in components/pull_request_review.py",
        )
