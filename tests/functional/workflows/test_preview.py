"""The pull request's workflow as its runner runs it: its own shell, a real git, one comment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ops.preview.report import MARKER

if TYPE_CHECKING:
    from collections.abc import Callable

    Steps = Callable[[str], list[dict[str, Any]]]

ROOT = Path(__file__).resolve().parents[3]
WORKFLOW = ROOT / ".github" / "workflows" / "preview.yml"
SHELL = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
"""What `shell: bash` means on a runner."""

MAKEFILE = """
environments:
	@touch environment
preview: environments
	@test -n "$(BASE)" || exit 2
	@echo '<!-- mlops-preview -->'
	@echo
	@git diff --stat $(BASE) -- value
"""
BROKEN = MAKEFILE.replace("\t@echo\n", "\t@echo 'ValueError: no such luck' >&2; exit 1\n")

pytestmark = pytest.mark.skipif(
    shutil.which("bash") is None, reason="steps of workflows need bash: install it"
)
needs_jq = pytest.mark.skipif(
    shutil.which("jq") is None, reason="the stand-in for gh needs jq: install it from your system"
)


@dataclass
class Runner:
    """A runner: the checked-out merge of a pull request, and what its steps share."""

    work: Path
    bin: Path
    summary: Path
    comments: Path

    def run(self, job: str, *names: str) -> subprocess.CompletedProcess[str]:
        """Run some of a job's own steps until one fails; actions are not played."""
        document = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
        steps = {step.get("name"): step for step in document["jobs"][job]["steps"]}
        done = None
        for name in names:
            done = subprocess.run(
                [*SHELL, steps[name]["run"]],
                cwd=self.work,
                env=self._environment(steps[name].get("env", {})),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                break
        assert done is not None
        return done

    def _environment(self, declared: dict[str, str]) -> dict[str, str]:
        known = {
            "GH_TOKEN": "token",
            "GH_REPO": "team/models",
            "PULL_REQUEST": "7",
            "RUN_URL": "https://github.test/team/models/actions/runs/1",
        }
        return {
            "PATH": f"{self.bin}:{os.environ['PATH']}",  # noqa: TID251 - a program's PATH
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GH_COMMENTS": str(self.comments),
            **{name: known[name] for name in declared},
        }

    def said(self) -> list[dict[str, Any]]:
        return json.loads(self.comments.read_text(encoding="utf-8"))

    def comment(self) -> str:
        return (self.work / "preview" / "comment.md").read_text(encoding="utf-8")


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Return a runner with a pull request merged into main, as `actions/checkout` leaves it."""
    origin, work, programs = (tmp_path / name for name in ("origin", "work", "bin"))
    for folder in (origin, programs):
        folder.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main")
    commit(origin, {"Makefile": MAKEFILE, "value": "one\n"})
    git(origin, "switch", "--quiet", "--create", "change")
    commit(origin, {"value": "two\n"})
    git(origin, "switch", "--quiet", "main")
    commit(origin, {"other": "meanwhile\n"})
    git(origin, "merge", "--quiet", "--no-ff", "--message", "merge", "change")
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{origin}", str(work))
    fake = programs / "gh"
    source = (Path(__file__).parent / "fake_gh.py").read_text(encoding="utf-8")
    fake.write_text(f"#!{sys.executable}\n{source}", encoding="utf-8")
    fake.chmod(0o755)
    return Runner(work, programs, tmp_path / "summary.md", tmp_path / "comments.json")


def commit(repository: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (repository / name).write_text(text, encoding="utf-8")
    git(repository, "add", "--all", ".")
    git(repository, "commit", "--quiet", "--message", "a change")


def preview(runner: Runner) -> subprocess.CompletedProcess[str]:
    shutil.rmtree(runner.work / "preview", ignore_errors=True)
    return runner.run("preview", "Make the environment", "Say what merging changes")


def comment(runner: Runner) -> subprocess.CompletedProcess[str]:
    return runner.run("comment", "Comment, or bring the comment up to date")


def test_the_preview_is_of_the_merge_and_nothing_else(runner: Runner) -> None:
    done = preview(runner)

    assert done.returncode == 0, done.stderr
    assert runner.comment().startswith(MARKER)
    assert "value | 2 +-" in runner.comment()
    assert "other" not in runner.comment()


def test_the_preview_is_in_the_runs_summary_for_forks_too(runner: Runner) -> None:
    preview(runner)

    assert runner.summary.read_text(encoding="utf-8") == runner.comment()


def test_a_preview_that_fails_fails_the_job_and_says_where_to_look(runner: Runner) -> None:
    (runner.work / "Makefile").write_text(BROKEN, encoding="utf-8")

    done = preview(runner)

    assert done.returncode == 1
    assert "no such luck" in done.stderr
    assert runner.comment().startswith(MARKER)
    assert "https://github.test/team/models/actions/runs/1" in runner.comment()


@needs_jq
def test_the_first_preview_becomes_a_comment(runner: Runner) -> None:
    preview(runner)

    done = comment(runner)

    assert done.returncode == 0, done.stderr
    assert [said["body"] for said in runner.said()] == [runner.comment()]


@needs_jq
def test_the_next_preview_replaces_it_in_place(runner: Runner) -> None:
    preview(runner)
    comment(runner)
    (runner.work / "value").write_text("three\nfour\n", encoding="utf-8")
    preview(runner)

    comment(runner)

    assert [said["body"] for said in runner.said()] == [runner.comment()]
    assert "value | 3 ++-" in runner.comment()


@needs_jq
def test_comments_of_people_are_left_alone(runner: Runner) -> None:
    person = {"id": 1, "user": {"login": "somebody"}, "body": f"{MARKER} what is this?"}
    runner.comments.write_text(json.dumps([person]), encoding="utf-8")
    preview(runner)

    comment(runner)

    assert runner.said()[0] == person
    assert runner.said()[1]["body"] == runner.comment()


@needs_jq
def test_a_long_preview_is_cut_to_what_a_comment_holds(runner: Runner) -> None:
    (runner.work / "preview").mkdir()
    long = MARKER + "\n" + "größer\n" * 20_000
    (runner.work / "preview" / "comment.md").write_text(long, encoding="utf-8")

    done = comment(runner)

    assert done.returncode == 0, done.stderr
    body = runner.said()[0]["body"]
    assert len(body.encode()) < 65_000
    assert body.startswith(MARKER)
    assert body.rstrip().endswith("it is in the run's summary._")


@needs_jq
def test_a_comment_that_cannot_be_listed_is_not_made_twice(runner: Runner) -> None:
    preview(runner)
    runner.comments.write_text("no JSON", encoding="utf-8")

    done = comment(runner)

    assert done.returncode != 0
    assert runner.comments.read_text(encoding="utf-8") == "no JSON"
