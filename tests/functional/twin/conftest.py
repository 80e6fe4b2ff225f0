"""Builders for functional tests of the twin: a project folder under git."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin.settings import Workspace


@dataclass(frozen=True)
class Project:
    """A person's clone: files and git, as that person would use them."""

    root: Path

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c", *arguments]
        ended = subprocess.run(
            command, cwd=self.root, check=True, capture_output=True, encoding="utf-8"
        )
        return ended.stdout.strip()

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, message: str = "a change", **files: str) -> str:
        for name, text in files.items():
            self.write(name, text)
        self.git("add", "--all", ".")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def project(workspace: Workspace) -> Project:
    """Return a project of one commit in the workspace's folder."""
    made = Project(workspace.root)
    made.git("init", "--quiet", "--initial-branch=work")
    made.write(".gitignore", ".twin/\n*.secret\n")
    made.write("train.py", "print(1)\n")
    made.commit("first")
    return made


@pytest.fixture
def write_executable(tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a function that writes a shell script which can be run."""

    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        file.chmod(0o755)
        return file

    return write
