"""The person's working tree as git sees it: read, and never written.

Objects and index of a snapshot go to folders of the twin, so the person's index, branches, stash,
HEAD and object store stay as they are. Files are taken as `git add -A` would take them: what the
person's ignore rules leave out stays out.
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from pathlib import Path

from twin.errors import TwinError
from twin.git import Git

WITHOUT_SIDE_EFFECTS = (
    *("-c", "core.hooksPath=/dev/null"),  # there is a hook for a written index
    *("-c", "core.fsmonitor=false"),  # it would start a daemon
    *("-c", "core.safecrlf=false"),  # it would refuse files that the person can commit
    *("-c", "core.splitIndex=false"),  # it would write into the person's repository
    *("-c", "advice.addEmbeddedRepo=false"),
)

NAMED_FILES = 3
"""Files that the subject of a snapshot names; it counts the others."""


class WorkingTree:
    """The project's folder, which has to be the root of a git repository."""

    def __init__(self, root: Path, state: Path) -> None:
        self._root = root
        self._state = state
        self._git = Git(root)

    def require_repository(self) -> None:
        """Check that the folder is the root of a repository with a working tree.

        Raises:
            TwinError: it is not; says what to do.
        """
        top = self._git.ask("rev-parse", "--show-toplevel")
        if top is None:
            raise self._no_repository("no git repository")
        if Path(top).resolve() != self._root.resolve():
            raise self._no_repository(f"a folder inside the repository at {top}")
        if self._git.run("rev-parse", "--show-object-format") != "sha1":
            raise TwinError(
                "the repository names its commits by SHA-256, which CodeCommit does not take",
                step="push",
                resource=str(self._root),
                do="use a repository with git's default object format",
            )

    def head(self) -> str | None:
        """Return the commit that is checked out; None before the first one."""
        return self._git.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")

    def objects(self) -> Path:
        """Return the folder of the person's objects."""
        return self._git_path("objects")

    def shallow(self) -> Path:
        """Return the file that says where history was cut off; most repositories have none."""
        return self._git_path("shallow")

    def write_tree(self, objects: Path, scratch: Path) -> str:
        """Write the working tree as it lies there into an object store, return the tree's name."""
        index = scratch / f"index-{uuid.uuid4().hex}"
        with contextlib.suppress(FileNotFoundError):  # nothing was ever added
            # The copy keeps its time: git compares files with it to find racy edits.
            shutil.copy2(self._git_path("index"), index)
        variables = {"GIT_INDEX_FILE": str(index), "GIT_OBJECT_DIRECTORY": str(objects)}
        git = Git(self._root, variables)
        try:
            git.run(*WITHOUT_SIDE_EFFECTS, "add", "--all", "--", ".", *self._excluded())
            return git.run(*WITHOUT_SIDE_EFFECTS, "write-tree")
        finally:
            index.unlink(missing_ok=True)

    def _excluded(self) -> list[str]:
        """Leave out the twin's own state; git refuses to be told what it ignores already."""
        state = str(self._state.relative_to(self._root))
        ignored = self._git.ask("check-ignore", "--quiet", state) is not None
        return [] if ignored else [f":(exclude,top){state}"]

    def _git_path(self, name: str) -> Path:
        return (self._root / self._git.run("rev-parse", "--git-path", name)).resolve()

    def _no_repository(self, found: str) -> TwinError:
        return TwinError(
            "the project's folder is not the root of a git repository",
            step="push",
            resource=str(self._root),
            found=found,
            expected="a clone: what a push sends is a commit",
            do=f"clone the project, or run `git init` in {self._root}",
        )


def subject(changed: list[str]) -> str:
    """Return a snapshot's subject, which names a few of the changed files."""
    named = ", ".join(changed[:NAMED_FILES])
    others = len(changed) - NAMED_FILES
    return f"Working tree: {named} and {others} more" if others > 0 else f"Working tree: {named}"
