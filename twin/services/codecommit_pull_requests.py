"""Pull requests in CodeCommit, and what is said of them; moto has none.

One is opened by its author, gets comments, and tells EventBridge when it is opened and when its
branch moves. Approvals, merges and merge conflicts are not played: nothing here starts by them.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from moto.codecommit.responses import CodeCommitResponse
from moto.core.exceptions import JsonRESTError
from moto.sts.models import sts_backends

from twin.services.json_protocol import add_operations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud
    from twin.repository import Repository
    from twin.services.json_protocol import Operation

HEADS: Final = "refs/heads/"
CONTENT_LIMIT: Final = 10_240
"""Characters of a comment."""


_accounts: dict[str, PullRequests] = {}
"""Account -> its pull requests; moto keeps what it knows in the same way."""


def repository_of(account: str, sent: Mapping[str, Any]) -> str:
    """Return the repository of a pull request or comment that a request names by its id."""
    found = _accounts.get(account)
    return found.repository_of(sent) if found else ""


@dataclass
class PullRequest:
    """One pull request, open for ever."""

    id: str
    title: str
    repository: str
    source: str
    destination: str
    author: str
    created: float
    comments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


class PullRequests:
    """The account's pull requests, and the operations that read and write them."""

    def __init__(self, cloud: Cloud, repository: Repository) -> None:
        self._cloud = cloud
        self._repository = repository
        self._found: dict[str, PullRequest] = {}
        self._lock = threading.Lock()

    def install(self) -> None:
        """Let moto's CodeCommit answer with these operations."""
        operations: dict[str, Operation] = {
            "create_pull_request": self._create,
            "get_pull_request": lambda _, sent: {
                "pullRequest": self._shown(self._get(sent["pullRequestId"]))
            },
            "post_comment_for_pull_request": self._post,
            "get_comments_for_pull_request": self._comments,
            "update_comment": self._update,
        }
        add_operations(CodeCommitResponse, operations)
        _accounts[self._cloud.account] = self

    def branch_moved(self, repository: str, branch: str) -> None:
        """Tell of each pull request whose branch was pushed to."""
        for one in self._found.values():
            if (one.repository, one.source) == (repository, branch):
                self._tell(one, "pullRequestSourceBranchUpdated")

    def repository_of(self, sent: Mapping[str, Any]) -> str:
        """Return whose pull request or comment is named; empty where there is no such."""
        for one in self._found.values():
            said = [comment["commentId"] for comment in one.comments]
            if one.id == sent.get("pullRequestId") or sent.get("commentId") in said:
                return one.repository
        return ""

    # ---- requests ---------------------------------------------------------------------------

    def _create(self, request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
        target = sent["targets"][0]
        with self._lock:
            made = PullRequest(
                id=str(len(self._found) + 1),
                title=sent["title"],
                repository=target["repositoryName"],
                source=target["sourceReference"].removeprefix(HEADS),
                destination=target.get("destinationReference", "main").removeprefix(HEADS),
                author=self._caller(request),
                created=time.time(),
            )
            shown = self._shown(made)
            self._found[made.id] = made
        self._tell(made, "pullRequestCreated")
        return {"pullRequest": shown}

    def _post(self, request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
        pull_request = self._get(sent["pullRequestId"])
        _require_content(sent["content"])
        token = sent.get("clientRequestToken", "")
        for said in pull_request.comments:
            if token and said["clientRequestToken"] == token:
                return {"comment": said}
        now = time.time()
        comment = {
            "commentId": f"{uuid.uuid4()}:{uuid.uuid4()}",
            "content": sent["content"],
            "creationDate": now,
            "lastModifiedDate": now,
            "authorArn": self._caller(request),
            "deleted": False,
            "clientRequestToken": token,
        }
        pull_request.comments.append(comment)
        return {"comment": comment}

    def _comments(self, _request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
        if "repositoryName" in sent and "beforeCommitId" not in sent:
            raise JsonRESTError("CommitIdRequiredException", "A commit ID is required")
        found = self._get(sent["pullRequestId"]).comments
        return {"commentsForPullRequestData": [{"comments": [said]} for said in found]}

    def _update(self, request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
        _require_content(sent["content"])
        for one in self._found.values():
            for said in one.comments:
                if said["commentId"] == sent["commentId"]:
                    return {"comment": self._updated(request, said, sent["content"])}
        raise JsonRESTError("CommentDoesNotExistException", f"{sent['commentId']} does not exist")

    def _updated(
        self, request: CodeCommitResponse, said: dict[str, Any], content: str
    ) -> dict[str, Any]:
        if said["authorArn"] != self._caller(request):
            raise JsonRESTError(
                "CommentNotCreatedByCallerException",
                "You cannot modify or delete this comment. Only comment authors can.",
            )
        said.update(content=content, lastModifiedDate=time.time())
        return said

    # ---- what they share --------------------------------------------------------------------

    def _get(self, identity: str) -> PullRequest:
        if identity not in self._found:
            raise JsonRESTError("PullRequestDoesNotExistException", f"{identity} does not exist")
        return self._found[identity]

    def _caller(self, request: CodeCommitResponse) -> str:
        """Return who asks: a role's session, or the person."""
        sessions = sts_backends[self._cloud.account]["global"]
        session = sessions.get_assumed_role_from_access_key(request.get_access_key())
        return session.arn if session else f"arn:aws:iam::{self._cloud.account}:user/developer"

    def _commit(self, repository: str, branch: str) -> str:
        git = self._repository.git(repository)
        commit = git.ask("rev-parse", "--verify", "--quiet", f"{HEADS}{branch}")
        if commit is None:
            raise JsonRESTError("ReferenceDoesNotExistException", f"{branch} does not exist")
        return commit

    def _shown(self, one: PullRequest) -> dict[str, Any]:
        target = {
            "repositoryName": one.repository,
            "sourceReference": HEADS + one.source,
            "destinationReference": HEADS + one.destination,
            "sourceCommit": self._commit(one.repository, one.source),
            "destinationCommit": self._commit(one.repository, one.destination),
        }
        return {
            "pullRequestId": one.id,
            "title": one.title,
            "authorArn": one.author,
            "creationDate": one.created,
            "pullRequestStatus": "OPEN",
            "pullRequestTargets": [target],
        }

    def _tell(self, one: PullRequest, event: str) -> None:
        """Emit the event.

        Reference: "Monitoring CodeCommit events in Amazon EventBridge", CodeCommit user guide.
        """
        target = self._shown(one)["pullRequestTargets"][0]
        detail = {
            "event": event,
            "author": one.author,
            "callerUserArn": one.author,
            "isMerged": "False",
            "pullRequestId": one.id,
            "pullRequestStatus": "Open",
            "repositoryNames": [one.repository],
            "title": one.title,
            **{name: target[name] for name in ("sourceReference", "destinationReference")},
            **{name: target[name] for name in ("sourceCommit", "destinationCommit")},
        }
        arn = f"arn:aws:codecommit:{self._cloud.region}:{self._cloud.account}:{one.repository}"
        self._cloud.emit("aws.codecommit", "CodeCommit Pull Request State Change", detail, [arn])


def _require_content(content: str) -> None:
    if len(content) > CONTENT_LIMIT:
        raise JsonRESTError(
            "CommentContentSizeLimitExceededException",
            f"The comment is too large. Comments are limited to {CONTENT_LIMIT:,} characters.",
        )
