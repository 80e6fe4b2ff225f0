"""Runs one CodeBuild build: a full clone of the commit, then the buildspec's own commands.

    run_build(cloud, spec, report, cancel) -> BuildResult

What runs is read from the clone and from the project's definition alone. The cost of the design:
commands run on this machine, with its Python, and not in the project's image.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from twin.errors import TwinError, shorten
from twin.executors import build_environment
from twin.executors.build_shell import MARK, BuildShell, Ended
from twin.executors.buildspec import Buildspec, BuildspecError, Phase, parse_buildspec
from twin.git import OWN_CONFIGURATION, Git

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from twin.cloud import Cloud
    from twin.logs import LogStream

BuildStatus = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"]
TAIL_IN_SUMMARY = 8
"""Last lines of a failed command that its summary shows."""


@dataclass(frozen=True)
class BuildSpec:
    """Everything about one build, as its project and whoever started it said.

    `repository` is where its source is cloned from, `buildspec` a path in the clone or the text
    itself, `environment` what the project and the start say (the start's last).
    """

    id: str
    arn: str
    project: str
    number: int
    image: str
    commit: str
    repository: Path
    source_url: str
    buildspec: str
    environment: tuple[tuple[str, str], ...]
    role_arn: str
    timeout_s: float
    initiator: str
    started_ms: int
    log_group: str
    log_stream: str


@dataclass(frozen=True)
class BuildResult:
    """How a build ended. `fact` is the last line that a good build printed, or why it failed."""

    status: BuildStatus
    fact: str


class PhaseReport(Protocol):
    """Hears of the phases as they begin and end."""

    def began(self, phase: str) -> None:
        """A phase begins; CodeBuild's name of it."""
        ...

    def ended(self, status: BuildStatus, code: str = "", message: str = "") -> None:
        """The phase that began last has ended."""
        ...


def run_build(
    cloud: Cloud, spec: BuildSpec, report: PhaseReport, cancel: threading.Event
) -> BuildResult:
    """Run a build to its end; what goes wrong in it is its result, never an exception."""
    scratch = cloud.workspace.run / "builds" / spec.id.replace(":", "-")
    log = cloud.log_stream(spec.log_group, spec.log_stream)
    try:
        return _Build(cloud, spec, report, cancel, scratch, log).run()
    finally:
        log.flush()
        shutil.rmtree(scratch, ignore_errors=True)


class _Build:
    """One build under way."""

    def __init__(
        self,
        cloud: Cloud,
        spec: BuildSpec,
        report: PhaseReport,
        cancel: threading.Event,
        scratch: Path,
        log: LogStream,
    ) -> None:
        self._cloud = cloud
        self._spec = spec
        self._report = report
        self._cancel = cancel
        self._scratch = scratch
        self._source = scratch / "src"
        self._log = log
        self._deadline = time.monotonic() + spec.timeout_s

    def run(self) -> BuildResult:
        """Get the source, then go through the phases."""
        self._report.began("DOWNLOAD_SOURCE")
        try:
            buildspec = self._download_source()
            shell = self._shell(buildspec)
        except TwinError as error:
            code = "YAML_FILE_ERROR" if isinstance(error, BuildspecError) else "CLIENT_ERROR"
            self._log.write(f"{MARK} Phase DOWNLOAD_SOURCE failed: {error}")
            self._report.ended("FAILED", code, str(error))
            return BuildResult("FAILED", f"DOWNLOAD_SOURCE {code}: {error}")
        self._report.ended("SUCCEEDED")
        return self._run_phases(buildspec, shell)

    # ---- source -----------------------------------------------------------------------------

    def _download_source(self) -> Buildspec:
        self._scratch.mkdir(parents=True)
        self._clone()
        found = parse_buildspec(*self._buildspec_text())
        for key in found.ignored:
            self._log.write(f"{MARK} The twin does not reproduce {key}: left out")
        return found

    def _clone(self) -> None:
        """Clone with the whole history, and check the commit out, as for CODEBUILD_CLONE_REF."""
        git = Git(self._scratch, OWN_CONFIGURATION)
        url = str(self._spec.repository)
        git.run("clone", "--quiet", "--no-checkout", "--template=", url, str(self._source))
        clone = Git(self._source, OWN_CONFIGURATION)
        clone.run("-c", "advice.detachedHead=false", "checkout", "--quiet", self._spec.commit)

    def _buildspec_text(self) -> tuple[str, str]:
        """Return the buildspec's text and what to call it in errors."""
        given = self._spec.buildspec or "buildspec.yml"
        if "\n" in given:
            return given, f"the inline buildspec of {self._spec.project}"
        try:
            return (self._source / given).read_text(encoding="utf-8"), given
        except (OSError, UnicodeDecodeError) as error:
            raise BuildspecError(
                "the buildspec cannot be read",
                resource=given,
                found=str(error),
                expected=f"a buildspec in commit {self._spec.commit}",
                do="push the file, or name the one that is there in the CodeBuild project",
            ) from error

    def _shell(self, buildspec: Buildspec) -> BuildShell:
        spec, workspace = self._spec, self._cloud.workspace
        python = build_environment.make_python(self._scratch / "python")
        environment = {
            **self._cloud.role_environment(spec.role_arn),
            **dict(buildspec.variables),
            **dict(spec.environment),
            **build_environment.variables(spec, self._source, self._scratch),
            **build_environment.search_path(workspace, python),
        }
        return BuildShell(buildspec.shell, self._source, self._scratch, environment, self._log)

    # ---- phases -----------------------------------------------------------------------------

    def _run_phases(self, buildspec: Buildspec, shell: BuildShell) -> BuildResult:
        """Run the phases; `post_build` runs after a failed `build` too, unless that aborts."""
        failure: BuildResult | None = None
        said = ""
        for phase in buildspec.phases:
            if failure is not None and phase.name != "post_build":
                continue
            ended = self._run_phase(phase, shell, succeeding=failure is None)
            said = ended.said[-1] if ended.said else said
            if ended.ok or (phase.on_failure == "CONTINUE" and _may_continue(ended)):
                continue
            failure = failure or self._failed(phase, ended)
            if phase.name != "build" or phase.on_failure == "ABORT" or not _may_continue(ended):
                break
        return failure or BuildResult("SUCCEEDED", said)

    def _run_phase(self, phase: Phase, shell: BuildShell, *, succeeding: bool) -> Ended:
        name = phase.name.upper()
        self._log.write(f"{MARK} Entering phase {name}")
        self._report.began(name)
        ended = self._run_commands(phase.name, phase.commands, shell, succeeding=succeeding)
        if phase.finally_commands:
            last = self._run_commands(
                f"{phase.name}-finally",
                phase.finally_commands,
                shell,
                succeeding=succeeding and ended.ok,
            )
            ended = last if ended.ok else ended
        self._end_phase(name, ended)
        return ended

    def _run_commands(
        self, name: str, commands: tuple[str, ...], shell: BuildShell, *, succeeding: bool
    ) -> Ended:
        return shell.run(
            name,
            commands,
            deadline=self._deadline,
            cancel=self._cancel,
            succeeding=succeeding,
        )

    def _end_phase(self, name: str, ended: Ended) -> None:
        status = _status(ended)
        self._log.write(f"{MARK} Phase complete: {name} State: {status}")
        if ended.ok:
            self._report.ended(status)
            return
        message = f"Error while executing command: {ended.command}. Reason: {ended.reason}"
        self._log.write(f"{MARK} Phase context status code: COMMAND_EXECUTION_ERROR {message}")
        self._report.ended(status, "COMMAND_EXECUTION_ERROR", message)

    def _failed(self, phase: Phase, ended: Ended) -> BuildResult:
        what = f"{phase.name.upper()}: `{shorten(ended.command, 200)}` {ended.reason}"
        lines = "\n".join(ended.said[-TAIL_IN_SUMMARY:])
        return BuildResult(_status(ended), f"{what}\n{lines}".rstrip())


def _status(ended: Ended) -> BuildStatus:
    if ended.finished.timed_out:
        return "TIMED_OUT"
    if ended.finished.cancelled:
        return "STOPPED"
    return "SUCCEEDED" if ended.ok else "FAILED"


def _may_continue(ended: Ended) -> bool:
    """Tell whether anything may run after it: not when time is up or somebody stopped it."""
    return not (ended.finished.timed_out or ended.finished.cancelled)
