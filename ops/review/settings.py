"""What the review's build says in its environment, read once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ops.errors import OpsError

COMMIT: Final = re.compile(r"[0-9a-f]{40}")
COMMITS: Final = ("SOURCE_COMMIT", "DESTINATION_COMMIT")
REQUIRED: Final = ("REPOSITORY_NAME", "PULL_REQUEST_ID", *COMMITS)


@dataclass(frozen=True)
class Settings:
    """Which pull request is commented on."""

    repository: str
    pull_request: str

    source: str
    """The pull request's newest commit, 40 hex digits."""

    destination: str
    """The commit that it was compared with when the event came."""

    build: str
    """The build that comments, for who looks for its log; empty outside of CodeBuild."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment.

    Raises:
        OpsError: variables are missing or malformed; all of them together.
    """
    found = {name: environment.get(name, "") for name in REQUIRED}
    problems = [f"{name} is missing" for name, value in found.items() if not value]
    problems += [
        f"{name} is {found[name]!r}, no commit"
        for name in COMMITS
        if found[name] and not COMMIT.fullmatch(found[name])
    ]
    if problems:
        raise OpsError(
            "the review's environment is not complete",
            found="; ".join(problems),
            expected=", ".join(REQUIRED),
            do="let a pull request's event start the build (components/pull_request_review.py)",
        )
    return Settings(
        repository=found["REPOSITORY_NAME"],
        pull_request=found["PULL_REQUEST_ID"],
        source=found["SOURCE_COMMIT"],
        destination=found["DESTINATION_COMMIT"],
        build=environment.get("CODEBUILD_BUILD_ID", ""),
    )
