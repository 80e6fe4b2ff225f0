"""`python -m staging code | image | publish`: what the buildspecs call, at the root of a clone.

`code`     stages the commit's code, DAG files and models.
`image`    prints the image to build and push, or nothing when the repository has it.
`publish`  tags the image with the commit and makes the commit current.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from staging import clients, image
from staging.bucket import Bucket
from staging.code import plan_staging, stage
from staging.errors import StagingError
from staging.history import read_commit
from staging.settings import IMAGE, STAGING, Settings, read_settings

SHORT: Final = 12
"""Digits of a commit or digest that a line for people shows."""


def stage_code(repository: Path) -> str:
    """Stage the commit's code; return what happened, in a sentence."""
    settings = read_settings(STAGING)
    plan = plan_staging(repository, read_commit(repository, settings.source_version))
    client = clients.s3()
    written = stage(
        plan, Bucket(client, settings.artifact_bucket), Bucket(client, settings.airflow_bucket)
    )
    dags = "DAG files replaced" if written else "DAG files left: a newer commit's are there"
    return (
        f"staged {plan.commit.id[:SHORT]} (number {plan.commit.number}), "
        f"models {', '.join(plan.models) or 'none'}; {dags}"
    )


def image_to_build(repository: Path) -> str:
    """Return the address of the image that is missing; empty when it is there."""
    settings = read_settings(IMAGE)
    commit = read_commit(repository, settings.source_version)
    tag = image.content_tag(commit)
    if _repository(settings).find(tag) is not None:
        return ""
    return f"{settings.image_repository_uri}:{tag}"


def publish(repository: Path) -> str:
    """Tag and make current; return what happened, in a sentence."""
    settings = read_settings(IMAGE)
    commit = read_commit(repository, settings.source_version)
    artifacts = Bucket(clients.s3(), settings.artifact_bucket)
    published, current = image.publish(commit, _repository(settings), artifacts)
    state = "current" if current else "not current: a newer commit is"
    digest = published.digest[: len("sha256:") + SHORT]
    return f"{commit.id[:SHORT]} (number {commit.number}) is image {digest}, {state}"


def _repository(settings: Settings) -> image.Repository:
    return image.Repository(clients.ecr(), settings.image_repository)


VERBS: Final[dict[str, Callable[[Path], str]]] = {
    "code": stage_code,
    "image": image_to_build,
    "publish": publish,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m staging",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=VERBS)
    verb = parser.parse_args(arguments).verb
    try:
        said = VERBS[verb](Path.cwd())
    except StagingError as error:
        sys.stderr.write(f"staging {verb}: {error}\n")
        return 1
    if said:
        sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
