"""What staging reads from git."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from staging import history
from staging.errors import StagingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Push = Callable[[dict[str, str]], Path]


def test_commits_are_numbered_in_the_order_of_history(push: Push) -> None:
    first = history.read_commit(push({"README.md": "one"}))

    second = history.read_commit(push({"README.md": "two"}))

    assert second.number == first.number + 1
    assert second.id != first.id
    assert second.trees == first.trees


def test_a_changed_folder_has_another_tree(push: Push) -> None:
    before = history.read_commit(push({}))

    after = history.read_commit(push({"etl/job.py": "print('changed')\n"}))

    assert after.trees["etl"] != before.trees["etl"]
    assert after.trees["training_image"] == before.trees["training_image"]


def test_files_are_those_of_the_commit_not_of_the_work_tree(push: Push) -> None:
    repository = push({})
    (repository / "etl/job.py").write_text("edited", encoding="utf-8")
    (repository / "etl/left_over.pyc").write_bytes(b"bytecode")

    files = history.read_files(repository, "etl")

    assert files == {"etl/__init__.py": b"", "etl/job.py": b"print('etl')\n"}


def test_a_shallow_clone_is_refused(push: Push, tmp_path: Path) -> None:
    origin = push({"README.md": "two"})
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", origin.as_uri(), clone], check=True)

    with pytest.raises(StagingError, match="CODEBUILD_CLONE_REF"):
        history.read_commit(clone)


def test_another_commit_than_the_build_was_started_for_is_refused(push: Push) -> None:
    with pytest.raises(StagingError, match="expected: " + "0" * 40):
        history.read_commit(push({}), "0" * 40)


def test_a_folder_that_is_no_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(StagingError, match="not a git repository"):
        history.read_commit(tmp_path)
