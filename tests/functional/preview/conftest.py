"""A small project in a git repository of its own, previewed as a person does."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ops.preview.command import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.com")

PROJECT = """
name: toy
runtime: python
config:
  delay: {type: integer, default: 1}
"""

PROGRAM = """
import pulumi
from parts import queue

queue("q", pulumi.Config().require_int("delay"))
"""

# Without pulumi_aws, whose import is most of the time that an evaluation takes.
PARTS = """
import pulumi

def queue(name, delay):
    inputs = {"name": name, "delaySeconds": delay, "kmsMasterKeyId": "k"}
    inputs["tags"] = {"Stack": "toy-dev", "ManagedBy": "pulumi"}
    return pulumi.CustomResource("aws:sqs/queue:Queue", name, inputs)
"""


@dataclass(frozen=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Repository:
    """The project's folder, in a git repository."""

    folder: Path

    def git(self, *arguments: str) -> str:
        return subprocess.check_output(
            ["git", *IDENTITY, *arguments],
            cwd=self.folder,
            text=True,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_CONFIG_GLOBAL": "/dev/null"},
            stderr=subprocess.STDOUT,
        )

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def set_delay(self, delay: int, stack: str = "dev") -> None:
        self.write(f"Pulumi.{stack}.yaml", f"config:\n  toy:delay: {delay}\n")

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "A change")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return the project with one commit on `main`, and a branch `change` checked out."""
    made = Repository(tmp_path / "project")
    made.write("Pulumi.yaml", PROJECT)
    made.set_delay(1)
    made.write("__main__.py", PROGRAM)
    made.write("parts.py", PARTS)
    shutil.copytree(
        ROOT / "models", made.folder / "models", ignore=shutil.ignore_patterns("__pycache__")
    )
    made.git("init", "-q", "-b", "main")
    made.commit()
    made.git("checkout", "-q", "-b", "change")
    return made


@pytest.fixture
def preview(repository: Repository, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Return what runs the preview of the project's dev stack, compared with a base."""

    def run(base: str = "main", *options: str, folder: Path | None = None) -> Answer:
        root = str(folder or repository.folder)
        code = main(["--root", root, f"--base={base}", "--stack", "dev", *options])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run
