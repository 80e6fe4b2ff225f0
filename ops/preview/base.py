"""The version of the project that a change is compared with, put into a folder of its own."""

from __future__ import annotations

import difflib
import io
import re
import subprocess
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.preview.settings import inherited_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TIMEOUT_SECONDS = 60.0
SHOWN_COMMIT = 12
FETCHED = ".tools"


@dataclass(frozen=True)
class Base:
    """What is compared with.

    Attributes:
        ref: What the person called it.
        commit: The commit that it stands for: where the working tree's branch left it, if that
            can be told, else the commit itself.
    """

    ref: str
    commit: str

    def __str__(self) -> str:
        short = self.commit[:SHOWN_COMMIT]
        return short if self.commit.startswith(self.ref) else f"{self.ref} ({short})"


def find_base(root: Path, ref: str) -> Base:
    """Return the commit of `ref` that the working tree of `root` is to be compared with.

    Raises:
        OpsError: git is missing, `root` is in no repository, or there is no such commit.
    """
    if not ref:
        raise OpsError(
            "no base was given to compare the working tree with",
            do="name a branch, a tag or a commit: make preview BASE=origin/main",
        )
    inside = _git(root, "rev-parse", "--is-inside-work-tree")
    if inside.stdout.strip() != b"true":
        raise OpsError(
            f"{root} is not in a git repository, so there is no {ref!r} to compare with",
            found=inside.stderr.decode(errors="replace").strip(),
            do="run it in a clone of the project that is yours",
        )
    commit = _ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        raise _unknown(root, ref)
    # What the base got after the branch left it is no change of this branch.
    return Base(ref, _ask(root, "merge-base", commit, "HEAD") or commit)


def _unknown(root: Path, ref: str) -> OpsError:
    if _ask(root, "rev-parse", "--is-shallow-repository") == "true":
        return OpsError(
            f"this clone is shallow and does not have {ref!r}",
            do=f"fetch it: {_fetching(ref, (_ask(root, 'remote') or '').split())}",
        )
    known = (_ask(root, "for-each-ref", "--format=%(refname:short)") or "").split()
    near = difflib.get_close_matches(ref, known, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known[:8])}"
    return OpsError(
        f"there is no commit {ref!r} in this repository - {hint}",
        do="name a branch, a tag or a commit that `git rev-parse` knows, or fetch it first",
    )


def _fetching(ref: str, remotes: Sequence[str]) -> str:
    """Return what brings a ref into a shallow clone: it alone where it has a name of its own."""
    everything = "git fetch --unshallow"
    if not re.fullmatch(r"[\w./-]+", ref) or re.fullmatch(r"HEAD|[0-9a-f]{4,39}", ref):
        return everything
    remote = next((name for name in remotes if ref.startswith(f"{name}/")), "")
    branch = ref.removeprefix(f"{remote}/")
    return (
        f"git fetch --depth=1 {remote or 'origin'} {branch} (then BASE=FETCH_HEAD), or {everything}"
    )


def unpack_base(root: Path, base: Base, folder: Path) -> None:
    """Put the project as it was at the base into a folder; the repository is only read.

    Raises:
        OpsError: git cannot read that commit.
    """
    # Of a folder in a repository, git archives that folder alone.
    answer = _git(root, "archive", "--format=tar", base.commit)
    if answer.returncode:
        said = answer.stderr.decode(errors="replace").strip()
        raise OpsError(
            f"the base {base} cannot be read: {said:.300}",
            do="name a base that has the project in the same folder, and all its files (git fsck)",
        )
    with tarfile.open(fileobj=io.BytesIO(answer.stdout)) as archive:
        archive.extractall(folder, filter="data")
    # What is fetched and not committed serves both; the base's own may be missing in there.
    if (root / FETCHED).is_dir():
        (folder / FETCHED).symlink_to((root / FETCHED).resolve())


def _ask(root: Path, *arguments: str) -> str | None:
    answer = _git(root, *arguments)
    return answer.stdout.decode().strip() if answer.returncode == 0 else None


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - arguments of our own; a ref follows --end-of-options
            ["git", *arguments],  # noqa: S607 - git comes from PATH
            cwd=root,
            env={**inherited_environment(), "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise OpsError("git was not found on PATH", do="install git, then try again") from error
    except subprocess.TimeoutExpired as error:
        raise OpsError(
            f"git {arguments[0]} did not end within {TIMEOUT_SECONDS:.0f} s",
            do="see what git waits for there (a lock, a slow disk), then try again",
        ) from error
