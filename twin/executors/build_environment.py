"""What a build finds around it: a Python of its own, and the variables that CodeBuild sets.

The Python sees the packages of the project's environment and installs beside them, so a build is
quick where its requirements are those of the project, and can never change what the twin runs on.
"""

from __future__ import annotations

import os
import site
import sys
import venv
from typing import TYPE_CHECKING

from twin.git import OWN_CONFIGURATION
from twin.settings import system_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin.executors.builds import BuildSpec
    from twin.settings import Workspace


def make_python(folder: Path) -> Path:
    """Make a Python environment on top of this process's own, return its folder of programs."""
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    programs = folder / "bin"
    packages = folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    lines = [f"import site; site.addsitedir({found!r})" for found in site.getsitepackages()]
    (packages / "underneath.pth").write_text("\n".join([*lines, ""]), encoding="utf-8")
    pip = programs / "pip"
    pip.write_text('#!/bin/sh\nexec "${0%/*}/python" -m pip "$@"\n', encoding="utf-8")
    pip.chmod(0o755)
    return programs


def variables(build: BuildSpec, source: Path, scratch: Path) -> dict[str, str]:
    """Return the variables that CodeBuild documents, and those that keep tools in the scratch."""
    return {
        "CI": "true",
        "CODEBUILD_BUILD_ARN": build.arn,
        "CODEBUILD_BUILD_ID": build.id,
        "CODEBUILD_BUILD_IMAGE": build.image,
        "CODEBUILD_BUILD_NUMBER": str(build.number),
        "CODEBUILD_CI": "true",
        "CODEBUILD_INITIATOR": build.initiator,
        "CODEBUILD_LOG_PATH": build.log_stream,
        "CODEBUILD_RESOLVED_SOURCE_VERSION": build.commit,
        "CODEBUILD_SOURCE_REPO_URL": build.source_url,
        "CODEBUILD_SOURCE_VERSION": build.commit,
        "CODEBUILD_SRC_DIR": str(source),
        "CODEBUILD_START_TIME": str(build.started_ms),
        # The person's own settings of these tools have no place in a build.
        "AWS_CONFIG_FILE": str(scratch / "aws-config"),
        "DOCKER_CONFIG": str(scratch / "docker"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **OWN_CONFIGURATION,
        "GIT_TERMINAL_PROMPT": "0",
    }


def search_path(workspace: Workspace, python: Path) -> Mapping[str, str]:
    """Return PATH: the stand-ins, the build's Python, the project's programs, the person's.

    Last is the system's own: a build has `mkdir` and the like, whatever a person's PATH says.
    """
    folders = (workspace.bin, python, workspace.environment_bin)
    return {"PATH": os.pathsep.join([*map(str, folders), system_path(), os.defpath])}
