"""The bare git repository that plays CodeCommit's storage, and pushes of the working tree to it.

    snapshot() -> commit -> push(commit, branch) -> the repository's hook tells the twin

A push is a real `git push`, so a person's own `git push .twin/run/codecommit/<name>.git` does the
same. Commits of a snapshot are made in an outbox: a repository of the twin that borrows the
person's objects. The cost of the design: a push of the twin never shows up in the person's history.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twin.errors import TwinError
from twin.git import IDENTITY, OWN_CONFIGURATION, Git
from twin.settings import BRANCH
from twin.working_tree import WorkingTree, subject

if TYPE_CHECKING:
    from twin.settings import Workspace

HOOKS = ("pre-receive", "post-receive")
HOOK_PROGRAM = Path(__file__).with_name("reference_hook.py")
HOOK_SETTINGS = "twin.json"


class Repository:
    """Storage of the account's repositories; the program creates one of them.

    It emits no event and answers no AWS request: `twin.services.codecommit` does.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.run / "codecommit"
        self._outbox = workspace.run / "outbox.git"
        self._tree = WorkingTree(workspace.root, workspace.state)

    # ---- storage ----------------------------------------------------------------------------

    def create(self, name: str, *, url: str, token: str) -> Path:
        """Make an empty bare repository whose hook tells `url` of each changed reference."""
        path = self.path(name)
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        bare = _own(path)
        bare.run("init", "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH}")
        for key, value in _bare_configuration(path):
            bare.run("config", key, value)
        _write_hooks(path, {"url": url, "token": token, "repository": name})
        return path

    def delete(self, name: str) -> None:
        """Remove a repository with all that was pushed to it."""
        shutil.rmtree(self.path(name), ignore_errors=True)

    def path(self, name: str) -> Path:
        """Return where a repository of that name lies."""
        return self._folder / f"{name}.git"

    def git(self, name: str) -> Git:
        """Return git in a repository, for questions about its commits and branches."""
        return _own(self.path(name))

    def only_path(self) -> Path:
        """Return the one repository that there is.

        Raises:
            TwinError: there is none or there are several.
        """
        found = sorted(self._folder.glob("*.git"))
        if len(found) == 1:
            return found[0]
        raise TwinError(
            "there is not exactly one repository to push to",
            step="push",
            resource=str(self._folder),
            found=", ".join(path.stem for path in found) or "none",
            expected="the one CodeCommit repository of the program",
            do="start the twin with `make up`, or push with git to the repository that you mean",
        )

    # ---- pushes -----------------------------------------------------------------------------

    def snapshot(self, branch: str = BRANCH) -> str:
        """Return a commit of the project's working tree as it lies there.

        Uncommitted and untracked files are in it, ignored ones are not. It is a fast-forward of
        what the branch holds; when there is nothing new, it is that very commit. The person's
        repository stays untouched.

        Raises:
            TwinError: no git, or the project's folder is not a git repository.
        """
        self._tree.require_repository()
        outbox = self._open_outbox()
        tree = self._tree.write_tree(self._outbox / "objects", self._workspace.run)
        return _History(outbox, self._tree.head(), self.tip(branch)).commit(tree)

    def push(self, commit: str, branch: str = BRANCH) -> bool:
        """Push a commit with git, return whether the branch moved.

        Raises:
            TwinError: git refused; says why.
        """
        if self.tip(branch) == commit:
            return False
        bare = self.only_path()
        outbox = self._open_outbox()
        try:
            outbox.run("push", "--porcelain", str(bare), f"{commit}:refs/heads/{branch}")
        except TwinError as error:
            raise _refused(bare, branch, error) from error
        return True

    def tip(self, branch: str = BRANCH) -> str | None:
        """Return the commit that was pushed last to a branch; None before the first."""
        bare = _own(self.only_path())
        return bare.ask("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")

    def _open_outbox(self) -> Git:
        """Return git in the outbox, which sees the person's objects and what was pushed."""
        self._outbox.mkdir(parents=True, exist_ok=True)
        outbox = _own(self._outbox)
        if not (self._outbox / "HEAD").exists():
            outbox.run("init", "--quiet", "--bare", "--template=")
        borrowed = f"{self._tree.objects()}\n{self.only_path() / 'objects'}\n"
        alternates = self._outbox / "objects" / "info" / "alternates"
        alternates.parent.mkdir(parents=True, exist_ok=True)
        alternates.write_text(borrowed, encoding="utf-8")
        _copy_or_remove(self._tree.shallow(), self._outbox / "shallow")
        return outbox


class _History:
    """Decides what a tree becomes a commit of. `head` is the person's, `tip` what was pushed."""

    def __init__(self, git: Git, head: str | None, tip: str | None) -> None:
        self._git = git
        self._head = head
        self._tip = tip

    def commit(self, tree: str) -> str:
        """Return a commit with that tree which a push can fast-forward to."""
        if self._head and self._has_tree(self._head, tree) and self._is_new(self._head):
            return self._head
        if self._tip and self._has_tree(self._tip, tree):
            return self._tip
        message = subject(self._changed(tree))
        parents = [argument for parent in self._parents() for argument in ("-p", parent)]
        return self._git.run("commit-tree", tree, *parents, "-m", message)

    def _parents(self) -> list[str]:
        """Return the newest of head and tip, or both when neither holds the other."""
        if self._head is None or self._tip is None:
            return [commit for commit in (self._tip, self._head) if commit]
        if self._is_ancestor(self._head, self._tip):
            return [self._tip]
        return [self._head] if self._is_ancestor(self._tip, self._head) else [self._tip, self._head]

    def _is_new(self, commit: str) -> bool:
        return self._tip is None or self._is_ancestor(self._tip, commit)

    def _has_tree(self, commit: str, tree: str) -> bool:
        return self._git.run("rev-parse", f"{commit}^{{tree}}") == tree

    def _is_ancestor(self, older: str, newer: str) -> bool:
        return self._git.ask("merge-base", "--is-ancestor", older, newer) is not None

    def _changed(self, tree: str) -> list[str]:
        base = self._tip or self._head
        if base is None:
            listed = self._git.run("ls-tree", "-r", "-z", "--name-only", tree)
        else:
            listed = self._git.run("diff-tree", "-r", "-z", "--name-only", base, tree)
        return [name for name in listed.split("\0") if name]


def _own(path: Path) -> Git:
    """Return git in a repository of the twin, whatever the person has configured."""
    return Git(path, {**OWN_CONFIGURATION, **IDENTITY, "GIT_DIR": str(path)})


def _copy_or_remove(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copyfile(source, target)
    else:
        target.unlink(missing_ok=True)


def _bare_configuration(path: Path) -> tuple[tuple[str, str], ...]:
    return (
        ("core.hooksPath", str(path / "hooks")),  # a person's own push brings their configuration
        ("receive.shallowUpdate", "true"),  # a shallow clone can be pushed
        ("receive.autogc", "false"),  # nothing goes on in the background
        ("gc.auto", "0"),
    )


def _write_hooks(path: Path, settings: dict[str, str]) -> None:
    file = path / HOOK_SETTINGS
    file.touch(mode=0o600)
    file.write_text(json.dumps(settings), encoding="utf-8")
    (path / "hooks").mkdir()
    for name in HOOKS:
        hook = path / "hooks" / name
        program = shlex.join([sys.executable, "-I", "-S", str(HOOK_PROGRAM), name])
        hook.write_text(f"#!/bin/sh\nexec {program}\n", encoding="utf-8")
        hook.chmod(0o755)


def _refused(bare: Path, branch: str, error: TwinError) -> TwinError:
    return TwinError(
        f"git refused the push to {branch}",
        step="push",
        resource=str(bare),
        found=error.found,
        expected="a fast-forward to a twin that is up",
        do="if something else was pushed meanwhile push again, else start the twin anew",
    )
