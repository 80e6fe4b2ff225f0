"""What the twin adds to moto's CodeBuild: builds that run, with their real phases, status and logs.

moto keeps the projects; it refuses projects of a pipeline and declares every build a success. Here
a build is what `twin.executors.builds` reports. A source is a CodeCommit clone URL; a pipeline
hands it over when it starts a build.
"""

from __future__ import annotations

import copy
import threading
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from moto.codebuild import responses as moto_responses
from moto.codebuild.exceptions import InvalidInputException, ResourceNotFoundException
from moto.codebuild.responses import CodeBuildResponse

from twin.executors.builds import BuildResult, BuildSpec, BuildStatus, run_build
from twin.repository import Repository
from twin.services.json_protocol import add_operations, parameters
from twin.services.roles import is_taken_on
from twin.toolbox import write_programs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from moto.codebuild.models import CodeBuild
    from moto.core.responses import ActionResult

    from twin.cloud import Cloud
    from twin.services.json_protocol import Operation

OVERRIDES: Final = frozenset(
    {
        "projectName",
        "sourceVersion",
        "sourceTypeOverride",
        "sourceLocationOverride",
        "environmentVariablesOverride",
        "buildspecOverride",
        "timeoutInMinutesOverride",
        "idempotencyToken",
    }
)
"""What StartBuild takes here; another override would silently not happen, so it is refused."""

DEFAULT_TIMEOUT_MINUTES: Final = 60
DEFAULT_QUEUED_MINUTES: Final = 480
KEPT: Final = ("encryptionKey", "autoRetryLimit", "concurrentBuildLimit", "badgeEnabled")
PRINCIPAL: Final = "codebuild.amazonaws.com"
STOP_SECONDS: Final = 6.0
"""How long a build gets to end when the twin stops: a little more than its commands get."""

_moto_require_source = moto_responses._validate_required_params_source  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # moto offers no other seam
_moto_require_artifacts = moto_responses._validate_required_params_artifacts  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # as above
_moto_create_project = CodeBuildResponse.create_project


class _Build:
    """One build's record, as BatchGetBuilds shows it; hears of its phases while it runs."""

    def __init__(self, record: dict[str, Any]) -> None:
        self._record = record
        self._lock = threading.Lock()
        self.cancel = threading.Event()
        self.done = threading.Event()

    def shown(self) -> dict[str, Any]:
        """Return a copy that nobody changes."""
        with self._lock:
            return copy.deepcopy(self._record)

    def began(self, phase: str) -> None:
        """Note the begin of a phase."""
        with self._lock:
            self._record["currentPhase"] = phase
            self._record["phases"].append({"phaseType": phase, "startTime": time.time()})

    def ended(self, status: BuildStatus, code: str = "", message: str = "") -> None:
        """Note the end of the phase that began last."""
        with self._lock:
            phase = self._record["phases"][-1]
            phase |= {"phaseStatus": status, "endTime": time.time()}
            phase["durationInSeconds"] = int(phase["endTime"] - phase["startTime"])
            if code:
                phase["contexts"] = [{"statusCode": code, "message": message}]

    def complete(self, result: BuildResult) -> None:
        """Note the end of the build; `twinFact` is for the twin's own timeline."""
        for phase in ("UPLOAD_ARTIFACTS", "FINALIZING"):
            self.began(phase)
            self.ended("SUCCEEDED")
        self.began("COMPLETED")
        with self._lock:
            self._record |= {
                "buildStatus": result.status,
                "buildComplete": True,
                "endTime": time.time(),
            }
        self.fact = result.fact
        self.done.set()

    fact: str = ""


_builds: dict[str, _Build] = {}


def install(cloud: Cloud) -> None:
    """Complete moto's CodeBuild for this cloud; its builds end with it."""
    moto_responses._validate_required_params_source = _require_source  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # moto offers no other seam
    moto_responses._validate_required_params_artifacts = _require_artifacts  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # as above
    service = _Service(cloud)

    def create_project(self: CodeBuildResponse) -> ActionResult:
        return service.create_project(self)

    CodeBuildResponse.create_project = create_project
    operations: dict[str, Operation] = {
        "start_build": service.start_build,
        "batch_get_builds": _batch_get_builds,
        "stop_build": _stop_build,
        "update_project": service.update_project,
    }
    add_operations(CodeBuildResponse, operations)
    write_programs(cloud.workspace)
    cloud.on_stop(_end_builds)


def wait_for_build(build_id: str) -> tuple[Mapping[str, Any], str]:
    """Wait until a build has ended; return its record, and the one fact that matters of it."""
    build = _builds[build_id]
    build.done.wait()
    return build.shown(), build.fact


def _end_builds() -> None:
    """Stop what runs and wait for it, so that no command outlives the twin."""
    running = [build for build in _builds.values() if not build.done.is_set()]
    for build in running:
        build.cancel.set()
    for build in running:
        build.done.wait(STOP_SECONDS)
    _builds.clear()


# ---- projects -----------------------------------------------------------------------------------


def _require_source(source: dict[str, Any]) -> None:
    """Check a source as CodeBuild does: a pipeline's has no location, moto demands one."""
    if source["type"] not in ("CODEPIPELINE", "NO_SOURCE"):
        _moto_require_source(source)
    elif source.get("location"):
        raise InvalidInputException(f"Source type {source['type']} should have null location")


def _require_artifacts(artifacts: dict[str, Any]) -> None:
    if artifacts["type"] != "CODEPIPELINE":
        _moto_require_artifacts(artifacts)


# ---- builds -------------------------------------------------------------------------------------


class _Service:
    """The operations that need the cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._repository = Repository(cloud.workspace)
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def create_project(self, request: CodeBuildResponse) -> ActionResult:
        """Create as moto does; check role and artifacts, keep what moto forgets."""
        sent = parameters(request)
        of_pipeline = [sent[part]["type"] == "CODEPIPELINE" for part in ("source", "artifacts")]
        if any(of_pipeline) and not all(of_pipeline):
            raise InvalidInputException(
                "Invalid project source and artifacts: either both are CODEPIPELINE or neither"
            )
        self._require_role(sent["serviceRole"])
        answer = _moto_create_project(request)
        metadata = request.codebuild_backend.codebuild_projects[sent["name"]].project_metadata
        metadata["timeoutInMinutes"] = metadata["timeoutInMinutes"] or DEFAULT_TIMEOUT_MINUTES
        queued = metadata["queuedTimeoutInMinutes"] or DEFAULT_QUEUED_MINUTES
        metadata["queuedTimeoutInMinutes"] = queued
        metadata |= {name: sent[name] for name in KEPT if name in sent}
        return answer

    def update_project(self, request: CodeBuildResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """Change what is given of a project."""
        project = self._project(request, sent["name"])
        if "serviceRole" in sent:
            self._require_role(sent["serviceRole"])
        project |= sent
        return {"project": project}

    def _require_role(self, role_arn: str) -> None:
        if not is_taken_on(self._cloud.account, role_arn, PRINCIPAL):
            message = f"CodeBuild is not authorized to perform: sts:AssumeRole on {role_arn}"
            raise InvalidInputException(message)

    def start_build(self, request: CodeBuildResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """Start a build in a thread of its own, and return it as it is now."""
        unknown = sorted(sent.keys() - OVERRIDES)
        if unknown:
            raise InvalidInputException(f"The twin does not play {', '.join(unknown)}")
        project = self._project(request, sent["projectName"])
        spec = self._spec(project, sent, request)
        build = _Build(_record(spec, project, sent))
        _builds[spec.id] = build
        request.codebuild_backend.build_history[spec.project].append(spec.id)
        self._cloud.start(f"build {spec.id}", partial(self._run, spec, build))
        return {"build": build.shown()}

    def _project(self, request: CodeBuildResponse, name: str) -> dict[str, Any]:
        found: CodeBuild | None = request.codebuild_backend.codebuild_projects.get(name)
        if found is None:
            arn = f"arn:aws:codebuild:{request.region}:{self._cloud.account}:project/{name}"
            raise ResourceNotFoundException(f"Project cannot be found: {arn}")
        return found.project_metadata

    def _spec(
        self, project: dict[str, Any], sent: dict[str, Any], request: CodeBuildResponse
    ) -> BuildSpec:
        name, uid = project["name"], str(uuid.uuid4())
        url = _source_url(project, sent)
        source = self._repository.path(url.rstrip("/").rsplit("/", 1)[-1])
        group, stream = _log(project, uid)
        of_pipeline = project["source"]["type"] == "CODEPIPELINE"
        return BuildSpec(
            id=f"{name}:{uid}",
            arn=f"arn:aws:codebuild:{request.region}:{self._cloud.account}:build/{name}:{uid}",
            project=name,
            number=self._next_number(name),
            image=project["environment"]["image"],
            commit=self._commit(source, url, sent.get("sourceVersion")),
            repository=source,
            source_url=url,
            buildspec=sent.get("buildspecOverride") or project["source"].get("buildspec", ""),
            environment=_environment(project, sent),
            role_arn=project["serviceRole"],
            timeout_s=60.0 * sent.get("timeoutInMinutesOverride", project["timeoutInMinutes"]),
            initiator="codepipeline" if of_pipeline else "twin",
            started_ms=int(time.time() * 1000),
            log_group=group,
            log_stream=stream,
        )

    def _commit(self, source: Path, url: str, version: str | None) -> str:
        """Return the commit that a source version names: a commit, a branch, or the default."""
        name = version or "HEAD"
        git = self._repository.git(source.stem)
        commit = None
        if source.is_dir() and not name.startswith("-"):
            commit = git.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if commit is None:
            raise InvalidInputException(f"The source version {name} was not found in {url}")
        return commit

    def _next_number(self, project: str) -> int:
        with self._lock:
            self._numbers[project] = self._numbers.get(project, 0) + 1
            return self._numbers[project]

    def _run(self, spec: BuildSpec, build: _Build) -> None:
        """Run to the end, whatever happens: somebody may wait for it."""
        self._emit(spec, "IN_PROGRESS")
        result = BuildResult("FAILED", "the twin itself failed; see crashes.log beside its logs")
        try:
            result = run_build(self._cloud, spec, build, build.cancel)
        finally:
            build.complete(result)
            if not self._cloud.stopping.is_set():
                self._emit(spec, result.status)

    def _emit(self, spec: BuildSpec, status: str) -> None:
        """Tell EventBridge, as CodeBuild does of each change of a build's state."""
        detail = {"build-status": status, "project-name": spec.project, "build-id": spec.arn}
        self._cloud.emit("aws.codebuild", "CodeBuild Build State Change", detail, [spec.arn])


def _batch_get_builds(_request: CodeBuildResponse, sent: dict[str, Any]) -> dict[str, Any]:
    found = [_builds[one].shown() for one in sent["ids"] if one in _builds]
    return {"builds": found, "buildsNotFound": [one for one in sent["ids"] if one not in _builds]}


def _stop_build(_request: CodeBuildResponse, sent: dict[str, Any]) -> dict[str, Any]:
    build = _builds.get(sent["id"])
    if build is None:
        raise ResourceNotFoundException(f"Build {sent['id']} does not exist")
    build.cancel.set()
    return {"build": build.shown()}


def _source_url(project: dict[str, Any], sent: dict[str, Any]) -> str:
    """Return the clone URL of a build's source, which is in CodeCommit or nowhere."""
    kind = sent.get("sourceTypeOverride", project["source"]["type"])
    url = sent.get("sourceLocationOverride", project["source"].get("location", ""))
    if kind != "CODECOMMIT" or not url:
        raise InvalidInputException(
            f"The twin builds sources of type CODECOMMIT that have a location, found {kind}: "
            "projects of type CODEPIPELINE are started by their pipeline"
        )
    return url


def _environment(project: dict[str, Any], sent: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the project's variables, then those of the start, which replace them."""
    given: list[dict[str, str]] = [
        *(project["environment"].get("environmentVariables") or []),
        *(sent.get("environmentVariablesOverride") or []),
    ]
    for variable in given:
        if variable.get("type", "PLAINTEXT") != "PLAINTEXT":
            raise InvalidInputException(
                f"The twin plays variables of type PLAINTEXT, {variable['name']} is "
                f"{variable['type']}"
            )
    return tuple((variable["name"], variable["value"]) for variable in given)


def _log(project: dict[str, Any], uid: str) -> tuple[str, str]:
    """Return log group and stream, as the project's settings or CodeBuild's defaults say."""
    settings = project.get("logsConfig", {}).get("cloudWatchLogs", {})
    group = settings.get("groupName") or f"/aws/codebuild/{project['name']}"
    prefix = settings.get("streamName")
    return group, f"{prefix}/{uid}" if prefix else uid


def _record(spec: BuildSpec, project: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a build when it starts."""
    now = time.time()
    link = f"{spec.log_group}/{spec.log_stream}"
    given = [{"name": key, "value": value, "type": "PLAINTEXT"} for key, value in spec.environment]
    source = {**project["source"], "location": spec.source_url, "buildspec": spec.buildspec}
    return {
        "id": spec.id,
        "arn": spec.arn,
        "buildNumber": spec.number,
        "startTime": now,
        "currentPhase": "QUEUED",
        "buildStatus": "IN_PROGRESS",
        "buildComplete": False,
        "projectName": spec.project,
        "sourceVersion": sent.get("sourceVersion", ""),
        "resolvedSourceVersion": spec.commit,
        "source": source,
        "artifacts": {"location": ""},
        "environment": {**project["environment"], "environmentVariables": given},
        "serviceRole": spec.role_arn,
        "initiator": spec.initiator,
        "timeoutInMinutes": int(spec.timeout_s // 60),
        "queuedTimeoutInMinutes": project["queuedTimeoutInMinutes"],
        "encryptionKey": project["encryptionKey"],
        "logs": {
            "groupName": spec.log_group,
            "streamName": spec.log_stream,
            "deepLink": f"console/cloudwatch/{link}",
            "cloudWatchLogs": {"status": "ENABLED", "groupName": spec.log_group},
        },
        "phases": [_instant(name, now) for name in ("SUBMITTED", "QUEUED", "PROVISIONING")],
    }


def _instant(phase: str, at: float) -> dict[str, Any]:
    times = {"startTime": at, "endTime": at, "durationInSeconds": 0}
    return {"phaseType": phase, "phaseStatus": "SUCCEEDED", **times}
