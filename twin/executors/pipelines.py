"""Runs one execution of a pipeline: its stages in order, each action as its provider would.

    run_pipeline(cloud, spec, report, start_build) -> PipelineResult

What runs is the definition that was read back from the service. Actions of a stage run one after
the other by their run order; CodePipeline runs those of one order side by side.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from botocore.exceptions import ClientError

from twin.errors import TwinError
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from twin.cloud import Cloud

PipelineStatus = Literal["Succeeded", "Failed", "Stopped"]

STEPS: Final = {"staging": Step.STAGING, "image": Step.IMAGE}
"""The twin's steps by the names of the stages that do them."""

CLONE_REF: Final = "CODEBUILD_CLONE_REF"
VARIABLE: Final = re.compile(r"#\{([\w@-]+)\.([\w-]+)\}")


@dataclass(frozen=True)
class Action:
    """One action of the definition."""

    stage: str
    name: str
    category: str
    provider: str
    configuration: Mapping[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    namespace: str
    role_arn: str


@dataclass(frozen=True)
class PipelineSpec:
    """One execution: which pipeline, what it consists of, which commits it was handed."""

    pipeline: str
    execution_id: str
    role_arn: str
    artifact_bucket: str
    actions: tuple[Action, ...]
    revisions: Mapping[str, str]


@dataclass(frozen=True)
class ActionResult:
    """What came of an action, as CodePipeline shows it.

    `external_id` is the build, `fact` the one that matters to a person, `log` where to look.
    """

    status: Literal["Succeeded", "Failed", "Abandoned"]
    summary: str = ""
    external_id: str = ""
    fact: str = ""
    log: str = ""
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class PipelineResult:
    """How an execution ended, and in one sentence why."""

    status: PipelineStatus
    summary: str = ""


class PipelineReport(Protocol):
    """Hears of the actions as they begin and end, and says whether somebody asked to stop."""

    def began(self, action: Action) -> None: ...  # noqa: D102 - the name says it

    def started_build(self, build_id: str) -> None: ...  # noqa: D102 - the name says it

    def ended(self, action: Action, result: ActionResult) -> None: ...  # noqa: D102 - the name says it

    def stopping(self) -> bool: ...  # noqa: D102 - the name says it

    def abandoned(self) -> bool: ...  # noqa: D102 - the name says it


def parse_pipeline(
    definition: Mapping[str, Any], execution_id: str, revisions: Mapping[str, str]
) -> PipelineSpec:
    """Return what to run, from a pipeline's definition as GetPipeline shows it."""
    return PipelineSpec(
        pipeline=definition["name"],
        execution_id=execution_id,
        role_arn=definition["roleArn"],
        artifact_bucket=definition.get("artifactStore", {}).get("location", ""),
        actions=tuple(
            _parse_action(stage["name"], action, definition["roleArn"])
            for stage in definition["stages"]
            for action in sorted(stage["actions"], key=lambda found: found["runOrder"])
        ),
        revisions=revisions,
    )


def _parse_action(stage: str, action: Mapping[str, Any], role_arn: str) -> Action:
    return Action(
        stage=stage,
        name=action["name"],
        category=action["actionTypeId"]["category"],
        provider=action["actionTypeId"]["provider"],
        configuration=action["configuration"],
        inputs=_names(action["inputArtifacts"]),
        outputs=_names(action["outputArtifacts"]),
        namespace=action.get("namespace", ""),
        role_arn=action.get("roleArn", role_arn),
    )


def _names(artifacts: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(artifact["name"] for artifact in artifacts)


def run_pipeline(
    cloud: Cloud,
    spec: PipelineSpec,
    report: PipelineReport,
    wait_for_build: Callable[[str], tuple[Mapping[str, Any], str]],
) -> PipelineResult:
    """Run an execution to its end; what goes wrong in it is its result, never an exception."""
    return _Execution(cloud, spec, report, wait_for_build).run()


@dataclass(frozen=True)
class _Source:
    """A commit that a source action handed on."""

    url: str
    commit: str


class _Execution:
    """One execution under way: what its actions made so far."""

    def __init__(
        self,
        cloud: Cloud,
        spec: PipelineSpec,
        report: PipelineReport,
        wait_for_build: Callable[[str], tuple[Mapping[str, Any], str]],
    ) -> None:
        self._cloud = cloud
        self._spec = spec
        self._report = report
        self._wait_for_build = wait_for_build
        self._artifacts: dict[str, _Source] = {}
        self._variables = {"codepipeline.PipelineExecutionId": spec.execution_id}
        self._run_name = next(iter(spec.revisions.values()), spec.execution_id)

    def run(self) -> PipelineResult:
        """Run the actions in order; the first that fails fails the execution."""
        for action in self._spec.actions:
            if self._report.stopping():
                return self._finish(PipelineResult("Stopped", "stopped before " + action.name))
            result = self._run_action(action)
            if result.status != "Succeeded":
                status = "Failed" if result.status == "Failed" else "Stopped"
                return self._finish(PipelineResult(status, f"{action.name}: {result.summary}"))
        return self._finish(PipelineResult("Succeeded"))

    def _finish(self, result: PipelineResult) -> PipelineResult:
        succeeded = result.status == "Succeeded"
        state = "succeeded" if succeeded else "failed"
        fact = result.summary or ", then ".join(action.name for action in self._spec.actions)
        self._record(Step.PIPELINE, state, self._spec.pipeline, fact)
        return result

    def _run_action(self, action: Action) -> ActionResult:
        self._report.began(action)
        step = STEPS.get(action.stage.lower())
        if step:
            self._record(step, "started", action.name)
        try:
            result = self._play(action)
        except (TwinError, ClientError) as error:
            result = ActionResult("Failed", str(error), fact=str(error))
        self._note_variables(action, result)
        self._report.ended(action, result)
        if step:
            self._record_build(step, action, result)
        return result

    def _play(self, action: Action) -> ActionResult:
        match action.category, action.provider:
            case "Source", "CodeCommit":
                return self._source(action)
            case "Build", "CodeBuild":
                return self._build(action)
            case category, provider:
                raise TwinError(
                    f"the twin does not play the {category} action of {provider}",
                    step="pipeline",
                    resource=f"{self._spec.pipeline}/{action.stage}/{action.name}",
                    expected="Source by CodeCommit, Build by CodeBuild",
                    do="deploy to AWS to try that action",
                )

    # ---- CodeCommit -------------------------------------------------------------------------

    def _source(self, action: Action) -> ActionResult:
        """Hand on the commit that the execution was given, or the branch's head."""
        settings = self._configuration(action)
        self._require_clone_ref(action, settings)
        codecommit = self._cloud.client("codecommit", role_arn=action.role_arn)
        name, branch = settings["RepositoryName"], settings["BranchName"]
        commit = self._spec.revisions.get(action.name)
        if commit is None:
            answer = codecommit.get_branch(repositoryName=name, branchName=branch)
            commit = answer["branch"]["commitId"]
        found = codecommit.get_commit(repositoryName=name, commitId=commit)["commit"]
        metadata = codecommit.get_repository(repositoryName=name)["repositoryMetadata"]
        self._announce(found["commitId"], found["message"])
        self._hand_on(action, _Source(metadata["cloneUrlHttp"], found["commitId"]))
        return ActionResult(
            "Succeeded",
            summary=found["message"].strip(),
            external_id=found["commitId"],
            variables=_source_variables(name, branch, found),
        )

    def _require_clone_ref(self, action: Action, settings: Mapping[str, str]) -> None:
        found = settings.get("OutputArtifactFormat", "CODE_ZIP")
        if found != CLONE_REF:
            raise TwinError(
                "the source action hands over a zip, which has no history",
                step="pipeline",
                resource=f"{self._spec.pipeline}/{action.stage}/{action.name}",
                found=f"OutputArtifactFormat {found}",
                expected=CLONE_REF,
                do="set OutputArtifactFormat in the action's configuration",
            )

    def _announce(self, commit: str, message: str) -> None:
        self._run_name = commit
        subject = message.strip().partition("\n")[0]
        self._record(Step.PIPELINE, "started", self._spec.pipeline, f"{commit[:12]} {subject}")

    def _hand_on(self, action: Action, source: _Source) -> None:
        """Write the reference to the clone into the artifact store, as CodePipeline does."""
        s3 = self._cloud.client("s3", role_arn=self._spec.role_arn)
        for name in action.outputs:
            self._artifacts[name] = source
            s3.put_object(
                Bucket=self._spec.artifact_bucket,
                Key=f"{self._spec.pipeline}/{name}/{self._spec.execution_id}",
                Body=json.dumps({"cloneUrl": source.url, "commitId": source.commit}).encode(),
            )

    # ---- CodeBuild --------------------------------------------------------------------------

    def _build(self, action: Action) -> ActionResult:
        settings, source = self._configuration(action), self._input(action)
        codebuild = self._cloud.client("codebuild", role_arn=action.role_arn)
        started = codebuild.start_build(
            projectName=settings["ProjectName"],
            sourceTypeOverride="CODECOMMIT",
            sourceLocationOverride=source.url,
            sourceVersion=source.commit,
            environmentVariablesOverride=json.loads(settings.get("EnvironmentVariables", "[]")),
            **(
                {"buildspecOverride": found} if (found := settings.get("BuildspecOverride")) else {}
            ),
        )["build"]
        self._report.started_build(started["id"])
        if self._report.abandoned():
            codebuild.stop_build(id=started["id"])
        return _build_result(*self._wait_for_build(started["id"]))

    def _input(self, action: Action) -> _Source:
        """Return the commit to build."""
        found = [self._artifacts[name] for name in action.inputs if name in self._artifacts]
        if len(found) == 1 and len(action.inputs) == 1:
            return found[0]
        raise TwinError(
            "the action does not have the one input that the twin builds",
            step="pipeline",
            resource=f"{self._spec.pipeline}/{action.stage}/{action.name}",
            found=", ".join(action.inputs) or "no input artifact",
            expected=f"one of {', '.join(self._artifacts) or 'no artifact yet'}",
            do="name the output artifact of the source action as the input",
        )

    # ---- what all actions share -------------------------------------------------------------

    def _configuration(self, action: Action) -> dict[str, str]:
        """Return the action's configuration with the variables of earlier actions filled in."""
        return {
            key: VARIABLE.sub(lambda found: self._variable(action, found), value)
            for key, value in action.configuration.items()
        }

    def _note_variables(self, action: Action, result: ActionResult) -> None:
        """Let later actions use the variables of an action that has a namespace."""
        if action.namespace:
            found = {f"{action.namespace}.{key}": value for key, value in result.variables.items()}
            self._variables |= found

    def _variable(self, action: Action, found: re.Match[str]) -> str:
        name = f"{found[1]}.{found[2]}"
        if name in self._variables:
            return self._variables[name]
        raise TwinError(
            f"the variable #{{{name}}} is not defined",
            step="pipeline",
            resource=f"{self._spec.pipeline}/{action.stage}/{action.name}",
            expected=f"one of {', '.join(self._variables)}",
            do="give the action that defines it a namespace, and let it run earlier",
        )

    def _record_build(self, step: Step, action: Action, result: ActionResult) -> None:
        state = "succeeded" if result.status == "Succeeded" else "failed"
        self._record(step, state, action.name, result.fact, result.log)

    def _record(
        self,
        step: Step,
        state: Literal["started", "succeeded", "failed"],
        resource: str,
        fact: str = "",
        log: str = "",
    ) -> None:
        self._cloud.timeline.record(
            step, state, run=self._run_name, resource=resource, fact=fact, log=log
        )


def _source_variables(name: str, branch: str, commit: Mapping[str, Any]) -> dict[str, str]:
    return {
        "RepositoryName": name,
        "BranchName": branch,
        "CommitId": commit["commitId"],
        "CommitMessage": commit["message"].strip(),
        "AuthorDate": commit["author"]["date"],
        "CommitterDate": commit["committer"]["date"],
    }


def _build_result(build: Mapping[str, Any], fact: str) -> ActionResult:
    log = f"{build['logs']['groupName']}/{build['logs']['streamName']}"
    if build["buildStatus"] == "SUCCEEDED":
        return ActionResult("Succeeded", "", build["id"], fact, log)
    stopped = build["buildStatus"] == "STOPPED"
    return ActionResult(
        "Abandoned" if stopped else "Failed", _build_summary(build), build["id"], fact, log
    )


def _build_summary(build: Mapping[str, Any]) -> str:
    """Return why a build failed, as CodePipeline words it."""
    summary = f"Build terminated with state: {build['buildStatus']}"
    for phase in build["phases"]:
        for context in phase.get("contexts", []):
            return (
                f"{summary}. Phase: {phase['phaseType']}, Code: {context['statusCode']}, "
                f"Message: {context['message']}"
            )
    return summary
