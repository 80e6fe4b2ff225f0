"""The verb itself, in a repository with the project as it is, as a person runs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.functional.preview.conftest import ROOT, Repository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Repository:
    """Return a repository with the project's files as they lie here, in one commit."""
    made = Repository(tmp_path / "project")
    names = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT
    )
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
            (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, made.folder / name)
    made.git("init", "-q", "-b", "main")
    made.commit()
    (made.folder / ".tools").symlink_to(ROOT / ".tools")  # ignored by git, as in every clone
    return made


def test_a_second_commit_of_the_project_is_told(project: Repository) -> None:
    stack = (project.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    project.write("Pulumi.dev.yaml", stack.replace("mw1.small", "mw1.medium"))
    project.commit()

    ended = subprocess.run(
        [sys.executable, "-m", "ops.preview", "--base=HEAD~1"],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert "- `airflow-environment` (mwaa Environment)\n" in ended.stdout
    assert "  - `environmentClass`: `mw1.small` → `mw1.medium`\n" in ended.stdout
    assert "**+$182.50**" in ended.stdout
    assert "### prod\n\nNo change.\n" in ended.stdout


def test_a_stack_with_an_encrypted_address_is_told_without_it(project: Repository) -> None:
    stack = (project.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    project.write("Pulumi.dev.yaml", f"{stack}  mlops:alarmEmail: {{secure: v1:hush}}\n")

    ended = subprocess.run(
        [sys.executable, "-m", "ops.preview", "--base=HEAD", "--stack=dev"],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert "- `monitoring-email` (sns TopicSubscription)" in ended.stdout
    assert "hush" not in ended.stdout


def test_the_verb_hands_on_what_it_is_told() -> None:
    printed = subprocess.check_output(
        ["make", "-n", "preview", "BASE=origin/main", "STACK=dev", "LIMIT=9000", "JSON=1"],
        cwd=ROOT,
        text=True,
    )

    wanted = '-m ops.preview --base="origin/main" --stack="dev" --limit="9000" --json'
    assert wanted in printed


def test_the_cost_is_printed_for_the_stacks_that_are_named() -> None:
    printed = subprocess.check_output(
        [sys.executable, "-m", "ops.cost", "--stack=dev"], cwd=ROOT, text=True
    )

    assert printed.startswith("dev: $")
    assert "Airflow mw1.small with one worker: 730 h x $0.49" in printed


def test_a_cost_of_an_unknown_stack_is_refused() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "ops.cost", "--stack=staging"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("cost: there is no stack 'staging'")
