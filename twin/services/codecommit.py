"""What the twin adds to moto's CodeCommit: storage in a bare git repository, and the push event.

moto keeps a repository's metadata; branches and commits are read from git. A push reaches the twin
through the repository's own hook, and leaves it as CodeCommit's event on EventBridge.
"""

from __future__ import annotations

import hmac
import http
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from moto.codecommit.exceptions import RepositoryDoesNotExistException
from moto.codecommit.models import CodeCommit, CodeCommitBackend, codecommit_backends
from moto.codecommit.responses import CodeCommitResponse
from moto.core.exceptions import JsonRESTError

from twin.reference_hook import ROUTE, TOKEN_HEADER
from twin.services.codecommit_pull_requests import PullRequests
from twin.services.json_protocol import add_operations
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cloud import Cloud
    from twin.git import Git
    from twin.repository import Repository
    from twin.services.json_protocol import Operation
    from twin.wsgi import WsgiEnvironment

NOTHING: Final = "0" * 40
"""What git writes for a reference that was not there, or is no longer."""

KINDS: Final = {"refs/heads/": "branch", "refs/tags/": "tag"}

_moto_create_repository = CodeCommitBackend.create_repository
_moto_delete_repository = CodeCommitBackend.delete_repository
_moto_answer_create = CodeCommitResponse.create_repository


@dataclass(frozen=True)
class Change:
    """One reference that a push changed, as git tells its hooks."""

    old: str
    new: str
    full_name: str

    @property
    def kind(self) -> str:
        """Return `branch` or `tag`; an empty text for what CodeCommit says nothing of."""
        return next((kind for start, kind in KINDS.items() if self.full_name.startswith(start)), "")

    @property
    def name(self) -> str:
        """Return the reference's name as people say it."""
        return self.full_name.split("/", 2)[-1]

    @property
    def event(self) -> str:
        """Return CodeCommit's word for it."""
        if self.new == NOTHING:
            return "referenceDeleted"
        return "referenceCreated" if self.old == NOTHING else "referenceUpdated"


def event_detail(change: Change, metadata: dict[str, Any], account: str) -> dict[str, Any]:
    """Return the detail of `CodeCommit Repository State Change`.

    Reference: "Monitoring CodeCommit events in Amazon EventBridge" in the CodeCommit user guide.
    """
    commit = change.old if change.new == NOTHING else change.new
    detail = {
        "callerUserArn": f"arn:aws:iam::{account}:user/developer",
        "commitId": commit,
        "event": change.event,
        "referenceFullName": change.full_name,
        "referenceName": change.name,
        "referenceType": change.kind,
        "repositoryId": metadata["repositoryId"],
        "repositoryName": metadata["repositoryName"],
    }
    if change.event == "referenceUpdated":
        detail["oldCommitId"] = change.old
    return detail


def install(cloud: Cloud, repository: Repository) -> None:
    """Complete moto's CodeCommit for this cloud."""
    token = secrets.token_hex(16)

    def create(
        self: CodeCommitBackend, *args: Any, **kwargs: Any
    ) -> dict[str, str]:  # moto's private signature
        metadata = _moto_create_repository(self, *args, **kwargs)
        repository.create(metadata["repositoryName"], url=cloud.url, token=token)
        return metadata

    def delete(self: CodeCommitBackend, repository_name: str) -> str | None:
        repository.delete(repository_name)
        return _moto_delete_repository(self, repository_name)

    CodeCommitBackend.create_repository = create
    CodeCommitBackend.delete_repository = delete
    _Answers(repository).install()
    pull_requests = PullRequests(cloud, repository)
    pull_requests.install()
    announcements = _Announcements(cloud, repository, token, pull_requests)
    cloud.add_route(_is_announcement, announcements.answer)


# ---- pushes -------------------------------------------------------------------------------------


def _is_announcement(environ: WsgiEnvironment) -> bool:
    return environ["PATH_INFO"] == ROUTE


class _Announcements:
    """Takes the word of the repository's hooks and turns it into events."""

    def __init__(
        self, cloud: Cloud, repository: Repository, token: str, pull_requests: PullRequests
    ) -> None:
        self._cloud = cloud
        self._repository = repository
        self._token = token
        self._pull_requests = pull_requests

    def answer(
        self, environ: WsgiEnvironment, start_response: Any
    ) -> Iterable[bytes]:  # WSGI's own
        status = self._status(environ)
        start_response(f"{status.value} {status.phrase}", [("Content-Length", "0")])
        return []

    def _status(self, environ: WsgiEnvironment) -> http.HTTPStatus:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = json.loads(environ["wsgi.input"].read(length) or b"{}")
        token = environ.get(f"HTTP_{TOKEN_HEADER.upper().replace('-', '_')}", "")
        if not hmac.compare_digest(token, self._token):
            return http.HTTPStatus.FORBIDDEN
        known = codecommit_backends[self._cloud.account][self._cloud.region].repositories
        if body["repository"] not in known:
            return http.HTTPStatus.NOT_FOUND
        if body["hook"] == "post-receive":
            for old, new, full_name in body["references"]:
                self._announce(known[body["repository"]], Change(old, new, full_name))
        return http.HTTPStatus.NO_CONTENT

    def _announce(self, stored: CodeCommit, change: Change) -> None:
        metadata = _metadata(stored)
        if not change.kind:
            return
        if change.kind == "branch" and change.event == "referenceCreated":
            metadata.setdefault("defaultBranch", change.name)
        if change.new != NOTHING:
            self._record(metadata["repositoryName"], change)
        self._cloud.emit(
            "aws.codecommit",
            "CodeCommit Repository State Change",
            event_detail(change, metadata, self._cloud.account),
            [metadata["Arn"]],
        )
        if change.kind == "branch" and change.event == "referenceUpdated":
            self._pull_requests.branch_moved(metadata["repositoryName"], change.name)

    def _record(self, name: str, change: Change) -> None:
        subject = self._repository.git(name).run("log", "-1", "--format=%s", change.new)
        fact = f"{change.new[:12]} {subject}"
        self._cloud.timeline.record(
            Step.PUSH, "succeeded", run=change.new, resource=f"{name}/{change.name}", fact=fact
        )


# ---- requests -----------------------------------------------------------------------------------

COMMIT: Final = "%H%x00%T%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B"
"""git's format of what GetCommit returns."""


class _Answers:
    """Answers what moto's CodeCommit does not: branches and commits come from git."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def install(self) -> None:
        operations: dict[str, Operation] = {
            "get_branch": self.get_branch,
            "list_branches": self.list_branches,
            "get_commit": self.get_commit,
            "create_repository": _create_repository,
            "list_repositories": _list_repositories,
            "update_default_branch": self.update_default_branch,
            "list_tags_for_resource": _list_tags,
            "tag_resource": _tag_resource,
            "untag_resource": _untag_resource,
        }
        add_operations(CodeCommitResponse, operations)

    def get_branch(self, request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
        git, branch = self._git(request, sent), sent["branchName"]
        commit = git.ask("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
        if commit is None:
            raise _no_branch(branch)
        return {"branch": {"branchName": branch, "commitId": commit}}

    def list_branches(self, request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
        git = self._git(request, sent)
        listed = git.run("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/")
        return {"branches": listed.split()}

    def get_commit(self, request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
        git, name = self._git(request, sent), sent["commitId"]
        commit = git.ask(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
        if commit is None:
            raise JsonRESTError("CommitIdDoesNotExistException", f"{name} does not exist")
        return {"commit": _commit(git.run("log", "-1", "--date=raw", f"--format={COMMIT}", commit))}

    def update_default_branch(
        self, request: CodeCommitResponse, sent: dict[str, Any]
    ) -> dict[str, Any]:
        branch = sent["defaultBranchName"]
        if branch not in self.list_branches(request, sent)["branches"]:
            raise _no_branch(branch)
        _metadata(_stored(request, sent))["defaultBranch"] = branch
        return {}

    def _git(self, request: CodeCommitResponse, sent: dict[str, Any]) -> Git:
        metadata = _metadata(_stored(request, sent))
        return self._repository.git(metadata["repositoryName"])


def _commit(shown: str) -> dict[str, Any]:
    found = shown.split("\0")
    return {
        "commitId": found[0],
        "treeId": found[1],
        "parents": found[2].split(),
        "author": {"name": found[3], "email": found[4], "date": found[5]},
        "committer": {"name": found[6], "email": found[7], "date": found[8]},
        "message": found[9],
        "additionalData": "",
    }


def _create_repository(request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
    """Create as moto does, and keep the key and the tags, which moto forgets."""
    answer: dict[str, Any] = json.loads(_moto_answer_create(request))
    stored = _stored(request, sent)
    if "kmsKeyId" in sent:
        _metadata(stored)["kmsKeyId"] = sent["kmsKeyId"]
    _tags(stored).update(sent.get("tags") or {})
    return answer


def _list_repositories(request: CodeCommitResponse, _sent: dict[str, Any]) -> dict[str, Any]:
    stored = request.codecommit_backend.repositories.values()
    names = ("repositoryName", "repositoryId")
    listed = [{name: _metadata(one)[name] for name in names} for one in stored]
    return {"repositories": listed}


def _list_tags(request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
    return {"tags": _tags(_by_arn(request, sent))}


def _tag_resource(request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
    _tags(_by_arn(request, sent)).update(sent["tags"])
    return {}


def _untag_resource(request: CodeCommitResponse, sent: dict[str, Any]) -> dict[str, Any]:
    tags = _tags(_by_arn(request, sent))
    for key in sent["tagKeys"]:
        tags.pop(key, None)
    return {}


def _metadata(stored: CodeCommit) -> dict[str, Any]:
    """Return what moto keeps of a repository."""
    found: dict[str, Any] = stored.repository_metadata  # pyright: ignore[reportUnknownMemberType]  # moto's is untyped
    return found


def _tags(stored: CodeCommit) -> dict[str, str]:
    """Return the tags of a repository; they live and die with moto's object."""
    return stored.__dict__.setdefault("twin_tags", {})


def _by_arn(request: CodeCommitResponse, sent: dict[str, Any]) -> CodeCommit:
    return _stored(request, {"repositoryName": sent["resourceArn"].rsplit(":", 1)[-1]})


def _stored(request: CodeCommitResponse, sent: dict[str, Any]) -> CodeCommit:
    found = request.codecommit_backend.repositories.get(sent["repositoryName"])
    if found is None:
        raise RepositoryDoesNotExistException(sent["repositoryName"])
    return found


def _no_branch(branch: str) -> JsonRESTError:
    return JsonRESTError("BranchDoesNotExistException", f"{branch} does not exist")
