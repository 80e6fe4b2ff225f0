"""git as a program: which configuration it reads, who commits, and no word to the network."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin.errors import TwinError
from twin.settings import inherited_environment, system_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIMEOUT_SECONDS = 120.0
"""No git command of the twin takes seconds; one that hangs must not hang the twin."""

QUIET = {
    "LC_ALL": "C",  # messages that can be recognised
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",  # reading a repository writes nothing into it
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone would fetch what it lacks
}

OWN_CONFIGURATION = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
"""Leaves out the person's configuration: signing, hooks, templates, line ends, rewritten URLs."""

IDENTITY = {
    "GIT_AUTHOR_NAME": "local twin",
    "GIT_AUTHOR_EMAIL": "twin@localhost",
    "GIT_COMMITTER_NAME": "local twin",
    "GIT_COMMITTER_EMAIL": "twin@localhost",
}


@dataclass(frozen=True)
class Git:
    """git in one folder, with its own environment.

    Variables of the shell that started the twin (`GIT_DIR` in a hook, say) never get through.
    """

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict[str, str])

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Run a command and return what it printed, without the last line end.

        Raises:
            TwinError: git is missing, or it failed; says what git said.
        """
        ended = self._run(arguments, stdin)
        if ended.returncode != 0:
            raise self._failure(arguments, ended)
        return ended.stdout.rstrip("\n")

    def ask(self, *arguments: str) -> str | None:
        """Return what a command printed, or None when it says no."""
        ended = self._run(arguments, "")
        return ended.stdout.rstrip("\n") if ended.returncode == 0 else None

    def _run(self, arguments: tuple[str, ...], stdin: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": system_path(), **inherited_environment(), **QUIET, **self.variables}
        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self.folder,
                env=environment,
                input=stdin,
                capture_output=True,
                encoding="utf-8",
                errors="surrogateescape",
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            raise _not_found(self.folder) from error
        except subprocess.TimeoutExpired as error:
            raise self._hung(arguments) from error

    def _failure(
        self, arguments: tuple[str, ...], ended: subprocess.CompletedProcess[str]
    ) -> TwinError:
        return TwinError(
            f"git {' '.join(arguments)} failed with exit code {ended.returncode}",
            resource=str(self.folder),
            found=(ended.stderr.strip() or ended.stdout.strip())[-600:],
            do="make that command work in that folder, then try again",
        )

    def _hung(self, arguments: tuple[str, ...]) -> TwinError:
        return TwinError(
            f"git {' '.join(arguments)} did not end within {TIMEOUT_SECONDS:.0f} s",
            resource=str(self.folder),
            do="see what git waits for there (a lock, a slow disk), then try again",
        )


def _not_found(folder: Path) -> TwinError:
    if not folder.is_dir():
        return TwinError(
            "the folder does not exist",
            resource=str(folder),
            do="start the twin anew; it makes its folders when it starts",
        )
    return TwinError(
        "git was not found on PATH",
        step="push",
        expected="git: a push is where everything begins",
        do="install git, then try again",
    )
