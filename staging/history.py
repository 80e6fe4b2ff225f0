"""What git knows of the commit that is being built.

Files are read from the commit itself, never from the work tree: what a build leaves lying around
(bytecode, downloads) is not staged.
"""

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from staging.errors import StagingError

ETL = "etl"
TRAINING_IMAGE = "training_image"


@dataclass(frozen=True)
class Commit:
    """A commit of the repository, with what identities are made of."""

    id: str
    number: int
    """How many commits lead to it, itself included: the order of pushes."""

    trees: dict[str, str]
    """Tree hashes of the folders whose content decides what is built."""


def read_commit(repository: Path, source_version: str = "") -> Commit:
    """Read what is checked out.

    Raises:
        StagingError: not a full clone, another commit than the build was started for, or a folder
            is missing.
    """
    if _git(repository, "rev-parse", "--is-shallow-repository") == "true":
        raise StagingError(
            "the clone is shallow, so the commit has no number in history",
            resource=str(repository),
            found="a shallow clone",
            expected="a full clone",
            do="give the pipeline's source action OutputArtifactFormat CODEBUILD_CLONE_REF",
        )
    commit = _git(repository, "rev-parse", "HEAD")
    if source_version and source_version != commit:
        raise StagingError(
            "the clone is at another commit than the build was started for",
            resource=str(repository),
            found=commit,
            expected=source_version,
            do="start the pipeline again; a build never stages what it was not started for",
        )
    number = int(_git(repository, "rev-list", "--count", "HEAD"))
    trees = {
        folder: _git(repository, "rev-parse", f"HEAD:{folder}") for folder in (ETL, TRAINING_IMAGE)
    }
    return Commit(commit, number, trees)


def read_files(repository: Path, *folders: str) -> dict[str, bytes]:
    """Read the files of some folders as the commit has them, by path, in alphabetical order."""
    archive = _git_bytes(repository, "archive", "--format=tar", "HEAD", "--", *folders)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = {member.name: tar.extractfile(member) for member in tar if member.isfile()}
        return {path: file.read() for path, file in sorted(members.items()) if file is not None}


def _git(repository: Path, *arguments: str) -> str:
    return _git_bytes(repository, *arguments).decode().strip()


def _git_bytes(repository: Path, *arguments: str) -> bytes:
    done = subprocess.run(  # noqa: S603  # git, with arguments made here
        ["git", *arguments],  # noqa: S607  # the build image's git, from PATH
        cwd=repository,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise StagingError(
            f"git {' '.join(arguments)} failed",
            resource=str(repository),
            found=done.stderr.decode(errors="replace").strip(),
            expected="a clone whose commit holds etl/, training_image/, dags/ and models/",
            do="run the command in the repository and mend what it says",
        )
    return done.stdout
