"""The shell of a build: runs a phase's commands one after the other, and remembers where it was.

Commands of one list share one shell, as in CodeBuild. The folder and the exported variables carry
over to the next list and phase; other variables and shell options do not, because each list gets a
shell of its own, so that an `exit` in a command cannot take `finally` with it.
"""

from __future__ import annotations

import shlex
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.execution import Finished, run_process

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping
    from pathlib import Path

    from twin.logs import LogStream

MARK = "[Container]"
"""Begins the lines that CodeBuild itself writes into a build's log."""


@dataclass(frozen=True)
class Ended:
    """How a list of commands ended; `command` is the one that failed, if one did."""

    finished: Finished
    command: str

    @property
    def ok(self) -> bool:
        """Tell whether every command succeeded."""
        return self.finished.ok

    @property
    def said(self) -> tuple[str, ...]:
        """Return the last lines that the commands themselves printed."""
        return tuple(
            line for line in self.finished.tail if line.strip() and not line.startswith(MARK)
        )

    @property
    def reason(self) -> str:
        """Return why it failed, in CodeBuild's words."""
        if self.finished.timed_out:
            return "the build timed out"
        if self.finished.cancelled:
            return "the build was stopped"
        return f"exit status {self.finished.exit_code}"


class BuildShell:
    """Runs lists of commands in one folder, until the build's time is up."""

    def __init__(
        self,
        program: str,
        folder: Path,
        scratch: Path,
        environment: Mapping[str, str],
        log: LogStream,
    ) -> None:
        self._program = shutil.which(program, path=environment["PATH"]) or f"/bin/{program}"
        self._folder = folder
        self._scratch = scratch
        self._environment = environment
        self._log = log

    def run(
        self,
        name: str,
        commands: tuple[str, ...],
        *,
        deadline: float,
        cancel: threading.Event,
        succeeding: bool,
    ) -> Ended:
        """Run commands until one fails. `deadline` is a time of `time.monotonic()`."""
        script = self._scratch / f"{name}.sh"
        script.write_text(self._script(commands), encoding="utf-8")
        self._at.unlink(missing_ok=True)
        finished = run_process(
            [self._program, str(script)],
            cwd=self._folder,
            env={**self._environment, "CODEBUILD_BUILD_SUCCEEDING": str(int(succeeding))},
            log=self._log,
            timeout_s=max(0.0, deadline - time.monotonic()),
            cancel=cancel,
        )
        return Ended(finished, self._command_under_way(commands))

    @property
    def _at(self) -> Path:
        return self._scratch / "at"

    def _command_under_way(self, commands: tuple[str, ...]) -> str:
        """Return the command that began last; a phase may have none."""
        at = int(self._at.read_text(encoding="utf-8")) if self._at.exists() else 0
        return commands[at] if commands else ""

    def _script(self, commands: tuple[str, ...]) -> str:
        """Return a script that restores the state, runs each command, and saves the state."""
        state, at = shlex.quote(str(self._scratch / "state")), shlex.quote(str(self._at))
        lines = [
            "twin_succeeding=$CODEBUILD_BUILD_SUCCEEDING",
            f'if [ -f {state} ]; then . {state}; cd "$PWD" || exit; fi',
            "export CODEBUILD_BUILD_SUCCEEDING=$twin_succeeding",
            f"twin_save() {{ export PWD; export -p > {state}; }}",
            "trap twin_save EXIT",
        ]
        for number, command in enumerate(commands):
            running = shlex.quote(f"{MARK} Running command {command}")
            lines += [
                f"echo {number} > {at}",
                f"printf '%s\\n' {running}",
                f"eval {shlex.quote(command)}",
                "twin_status=$?; [ $twin_status -eq 0 ] || exit $twin_status",
            ]
        return "\n".join([*lines, ""])
