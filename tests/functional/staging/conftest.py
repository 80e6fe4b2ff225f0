"""A small repository to stage."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WINE = """
name: wine
data:
  format: {header: true}
  columns:
    - {name: colour, kind: categorical, values: [red, white]}
    - {name: quality, kind: numeric}
  target: quality
evaluation: {limit: 1.5}
"""

FILES = {
    "etl/__init__.py": "",
    "etl/job.py": "print('etl')\n",
    "training_image/Dockerfile": "FROM python\n",
    "dags/__init__.py": "",
    "dags/entry.py": "from dags import retrain\n",
    "dags/retrain.py": "",
    "models/__init__.py": "",
    "models/wine.yaml": WINE,
}


def git(repository: Path, *arguments: str) -> str:
    """Run git as a person of no account."""
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=repository, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def push(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Commits files on top of those that are there; the first commit holds a whole project."""
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "-q", "-b", "main")

    def commit(changes: dict[str, str]) -> Path:
        for path, text in changes.items():
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).write_text(text, encoding="utf-8")
        git(repository, "add", ".")
        git(repository, "commit", "-q", "--allow-empty", "-m", "change")
        return repository

    commit(FILES)
    return commit
