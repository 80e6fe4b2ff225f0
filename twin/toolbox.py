"""The programs that builds find first on PATH: `docker`, which the twin plays, and `aws`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.settings import Workspace

CODE = Path(__file__).resolve().parent.parent
"""The folder that the twin's own package lies in: a build's clone holds another one."""

START_DOCKER = """
import sys
from pathlib import Path
sys.path.insert(0, {code!r})
from twin.docker import main
sys.exit(main(Path({root!r}), Path(sys.argv[1]), sys.argv[2:]))
"""


def write_programs(workspace: Workspace) -> None:
    """Write the launchers of both programs; what they start lies in environments of its own."""
    workspace.bin.mkdir(parents=True, exist_ok=True)
    _write(workspace.bin / "docker", _docker(workspace))
    _write(workspace.bin / "aws", _aws(workspace))


def _docker(workspace: Workspace) -> str:
    start = START_DOCKER.format(code=str(CODE), root=str(workspace.root))
    command = shlex.join([sys.executable, "-P", "-c", start])
    return f'exec {command} "${{DOCKER_CONFIG:-$HOME/.docker}}" "$@"'


def _aws(workspace: Workspace) -> str:
    program = workspace.root / ".tools" / "aws" / "bin" / "aws"
    quoted = shlex.quote(str(program))
    missing = shlex.quote(f"aws: {program} is missing; `make run` installs it")
    return f'[ -x {quoted} ] || {{ echo {missing} >&2; exit 127; }}\nexec {quoted} "$@"'


def _write(file: Path, script: str) -> None:
    """Write a launcher in one step: a build may be about to start it."""
    scratch = file.with_suffix(".new")
    scratch.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    scratch.chmod(0o755)
    scratch.replace(file)
