"""A pull request in CodeCommit, from its event to the comment: the program's own rule and build.

What is built is a small repository whose `make` verbs are stand-ins; the buildspec and the command
that comments are the project's own.
"""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.provisioned_account import serve
from tests.stack_roles import REVIEW, given_actions, step_of
from tests.unrecorded_permissions import BY_CODEBUILD
from twin.calls.journal import read_journal
from twin.provision import provision
from twin.services import permissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.cloud import Cloud

ROOT = Path(__file__).resolve().parents[3]
NAME = "mlops-twin"
SECONDS = 60.0
MAKEFILE = f"""
environments:
	@mkdir -p .venv/bin
	@printf '#!/bin/sh\\nPYTHONPATH={ROOT} exec python3 "$$@"\\n' > .venv/bin/python
	@chmod +x .venv/bin/python
preview:
	@test -e broken && echo 'ValueError: no such luck' >&2 && exit 1 || true
	@echo '<!-- mlops-preview -->'
	@git diff --stat $(BASE) -- '*.txt'
"""


@dataclass
class Developer:
    """A person's clone, and that person's view of the pull request."""

    clone: Path
    cloud: Cloud

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c", *arguments]
        done = subprocess.run(command, cwd=self.clone, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, **files: str) -> None:
        for name, text in files.items():
            (self.clone / name.replace("_", ".")).write_text(text, encoding="utf-8")
        self.git("add", "--all", ".")
        self.git("commit", "--quiet", "--message", "a change")

    def push(self, branch: str) -> None:
        self.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")

    def open_pull_request(self) -> str:
        made = self.cloud.client("codecommit").create_pull_request(
            title="A change", targets=[{"repositoryName": NAME, "sourceReference": "change"}]
        )
        return made["pullRequest"]["pullRequestId"]

    def comments(self, pull_request: str) -> list[str]:
        answer = self.cloud.client("codecommit").get_comments_for_pull_request(
            pullRequestId=pull_request
        )
        said = answer["commentsForPullRequestData"]
        return [comment["content"] for one in said for comment in one["comments"]]

    def wait_for_builds(self, number: int) -> list[dict[str, Any]]:
        """Wait until so many reviews have ended, and return them from the first to the last."""
        client, ends = self.cloud.client("codebuild"), time.monotonic() + SECONDS
        while time.monotonic() < ends:
            ids = client.list_builds_for_project(projectName=f"{NAME}-review")["ids"]
            builds: list[dict[str, Any]] = client.batch_get_builds(ids=ids)["builds"] if ids else []
            if len(builds) >= number and all(build["buildComplete"] for build in builds):
                return sorted(builds, key=lambda build: build["buildNumber"])
            time.sleep(0.2)
        raise AssertionError(f"{number} reviews did not end within {SECONDS:.0f} s")


@pytest.fixture
def developer(tmp_path: Path) -> Iterator[Developer]:
    """Return somebody with a change on a branch, whose base has moved on meanwhile."""
    cloud, _ = serve(tmp_path / "twin")
    permissions.install(cloud)
    provision(cloud, root=ROOT, values={"mlops:reviewPullRequests": "true"})
    clone = tmp_path / "clone"
    bare = cloud.workspace.run / "codecommit" / f"{NAME}.git"
    subprocess.run(["git", "clone", "--quiet", bare, clone], check=True, capture_output=True)
    person = Developer(clone, cloud)
    buildspec = ROOT / "ops" / "review" / "buildspec.yml"
    (clone / "ops" / "review").mkdir(parents=True)
    (clone / "ops" / "review" / "buildspec.yml").write_bytes(buildspec.read_bytes())
    person.commit(Makefile=MAKEFILE, value_txt="one\n")
    person.push("main")
    person.git("switch", "--quiet", "--create", "change")
    person.commit(value_txt="two\n")
    person.push("change")
    person.git("switch", "--quiet", "--detach", "origin/main")
    person.commit(meanwhile_txt="somebody else's\n")
    person.push("main")
    person.git("switch", "--quiet", "change")
    yield person
    cloud.stop()


def test_a_pull_request_is_told_what_it_changes(developer: Developer) -> None:
    pull_request = developer.open_pull_request()

    (build,) = developer.wait_for_builds(1)

    (comment,) = developer.comments(pull_request)
    assert build["buildStatus"] == "SUCCEEDED"
    assert "value.txt" in comment
    assert "meanwhile.txt" not in comment
    assert developer.git("rev-parse", "HEAD")[:12] in comment


def test_a_push_to_it_brings_the_comment_up_to_date(developer: Developer) -> None:
    pull_request = developer.open_pull_request()
    developer.wait_for_builds(1)
    developer.commit(second_txt="another\n")

    developer.push("change")
    developer.wait_for_builds(2)

    (comment,) = developer.comments(pull_request)
    assert "second.txt" in comment
    assert developer.git("rev-parse", "HEAD")[:12] in comment


def test_its_roles_may_do_what_they_do_and_nothing_else(developer: Developer) -> None:
    developer.open_pull_request()
    developer.wait_for_builds(1)
    developer.commit(second_txt="another\n")
    developer.push("change")
    developer.wait_for_builds(2)

    calls = list(read_journal(developer.cloud.workspace.last / "calls.jsonl"))

    used = {(step_of(call.role, "twin"), one.action) for call in calls for one in call.asked}
    given = {(step, one) for step in REVIEW for one in given_actions("dev")[step]}
    by_service = {("review", one) for one in BY_CODEBUILD}
    assert [call.denied for call in calls if call.denied] == []
    assert sorted(given - used - by_service) == []
    assert by_service < given


def test_a_preview_that_fails_is_said_and_fails_the_build(developer: Developer) -> None:
    developer.commit(broken="")
    developer.push("change")

    pull_request = developer.open_pull_request()
    (build,) = developer.wait_for_builds(1)

    (comment,) = developer.comments(pull_request)
    assert build["buildStatus"] == "FAILED"
    assert "ValueError: no such luck" in comment
