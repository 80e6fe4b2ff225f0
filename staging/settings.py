"""What a build's environment says, read once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from staging.errors import StagingError

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Settings:
    """The resources that a build writes to. A build that doesn't need one leaves it empty."""

    artifact_bucket: str
    """Code, manifests and `code/current.json` go there."""

    airflow_bucket: str
    """The DAG files go there (staging build)."""

    image_repository: str
    """Name of the ECR repository of the training image (image build)."""

    image_repository_uri: str
    """The same as an address to push to: registry, slash, name (image build)."""

    source_version: str
    """The commit that CodeBuild was told to build; empty outside of CodeBuild."""


STAGING: Final = ("ARTIFACT_BUCKET", "AIRFLOW_BUCKET")
IMAGE: Final = ("ARTIFACT_BUCKET", "IMAGE_REPOSITORY", "IMAGE_REPOSITORY_URI")


def read_settings(
    required: tuple[str, ...], environment: Mapping[str, str] = os.environ
) -> Settings:
    """Read the environment.

    Raises:
        StagingError: variables are missing or malformed; all of them together.
    """
    problems = [f"{name} is missing" for name in required if not environment.get(name)]
    source_version = environment.get("CODEBUILD_RESOLVED_SOURCE_VERSION", "")
    if source_version and not _COMMIT.fullmatch(source_version):
        problems.append(f"CODEBUILD_RESOLVED_SOURCE_VERSION is {source_version!r}, no commit")
    if problems:
        raise StagingError(
            "the build's environment is not complete",
            resource="CodeBuild project",
            found="; ".join(problems),
            expected=", ".join(required),
            do="set the variables on the CodeBuild project (components/build_pipeline.py)",
        )
    return Settings(
        artifact_bucket=environment.get("ARTIFACT_BUCKET", ""),
        airflow_bucket=environment.get("AIRFLOW_BUCKET", ""),
        image_repository=environment.get("IMAGE_REPOSITORY", ""),
        image_repository_uri=environment.get("IMAGE_REPOSITORY_URI", ""),
        source_version=source_version,
    )
