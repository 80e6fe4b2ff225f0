"""What the twin adds to moto's CodePipeline: executions that run, and what they are doing.

moto keeps the pipelines and calls every execution a success at once. Here an execution is what
`twin.executors.pipelines` reports, one after the other in mode QUEUED. A new pipeline of AWS runs
once by itself, and fails while its repository is empty; that execution the twin leaves out.
"""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING, Any, Final

from moto.codepipeline import models
from moto.codepipeline.exceptions import InvalidStructureException
from moto.codepipeline.models import CodePipelineBackend
from moto.codepipeline.responses import CodePipelineResponse
from moto.core.exceptions import JsonRESTError

from twin.executors.pipelines import (
    PipelineResult,
    parse_pipeline,
    run_pipeline,
)
from twin.services.codebuild import wait_for_build
from twin.services.json_protocol import add_operations
from twin.services.pipeline_execution import WAITING, TwinExecution, without_none
from twin.services.roles import is_taken_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from moto.codepipeline.models import CodePipeline

    from twin.cloud import Cloud
    from twin.services.json_protocol import Operation

PRINCIPAL: Final = "codepipeline.amazonaws.com"

_moto_update_pipeline = CodePipelineBackend.update_pipeline


def install(cloud: Cloud) -> None:
    """Complete moto's CodePipeline for this cloud."""
    models.PipelineExecution = TwinExecution
    CodePipelineBackend.update_pipeline = _update_pipeline
    service = _Service(cloud)
    operations: dict[str, Operation] = {
        "start_pipeline_execution": service.start,
        "stop_pipeline_execution": service.stop,
        "get_pipeline_state": _get_state,
        "list_action_executions": _list_actions,
    }
    add_operations(CodePipelineResponse, operations)


def _update_pipeline(self: CodePipelineBackend, pipeline: dict[str, Any]) -> dict[str, Any]:
    """Refuse a role as moto refuses it for a new pipeline, and only there."""
    role = pipeline["roleArn"]
    if not is_taken_on(self.account_id, role, PRINCIPAL):
        message = f"CodePipeline is not authorized to perform AssumeRole on role {role}"
        raise InvalidStructureException(message)
    return _moto_update_pipeline(self, pipeline)


class _Service:
    """The operations that need the cloud: starting and stopping."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()

    def start(self, request: CodePipelineResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """Start an execution; it runs when its turn comes."""
        backend, name = request.codepipeline_backend, sent["name"]
        definition = backend.get_pipeline(name)[0]
        revisions = _revisions(definition, sent.get("sourceRevisions") or [])
        execution_id = backend.start_pipeline_execution(name, sent.get("variables"))
        execution = _executions(backend.pipelines[name])[execution_id]
        execution.revisions = revisions
        execution.spec = parse_pipeline(copy.deepcopy(definition), execution_id, revisions)
        self._emit(execution, "STARTED")
        mode = definition.get("executionMode", "SUPERSEDED")
        self._line(name if mode != "PARALLEL" else execution_id).join(execution, mode)
        return {"pipelineExecutionId": execution_id}

    def stop(self, request: CodePipelineResponse, sent: dict[str, Any]) -> dict[str, Any]:
        """Ask an execution to stop; `abandon` ends the build under way as well."""
        found = request.codepipeline_backend.get_pipeline_execution(
            sent["pipelineName"], sent["pipelineExecutionId"]
        )
        if not isinstance(found, TwinExecution) or found.status not in (WAITING, "Stopping"):
            raise JsonRESTError(
                "PipelineExecutionNotStoppableException",
                f"The execution {sent['pipelineExecutionId']} is {found.status}",
            )
        abandon = bool(sent.get("abandon"))
        found.stop(abandon=abandon)
        if abandon and found.build_id:  # a build that starts only now finds itself abandoned
            self._cloud.client("codebuild").stop_build(id=found.build_id)
        return {"pipelineExecutionId": sent["pipelineExecutionId"]}

    def _line(self, name: str) -> _Line:
        with self._lock:
            return self._lines.setdefault(name, _Line(self._cloud, name, self._run))

    def _run(self, execution: TwinExecution) -> None:
        """Run to the end, whatever happens: others wait for their turn."""
        result = PipelineResult("Failed", "the twin itself failed; see crashes.log")
        try:
            if execution.spec is not None:
                result = run_pipeline(self._cloud, execution.spec, execution, wait_for_build)
        finally:
            execution.finish(result.status, result.summary)
            if not self._cloud.stopping.is_set():
                self._emit(execution, result.status.upper())

    def _emit(self, execution: TwinExecution, state: str) -> None:
        """Tell EventBridge, as CodePipeline does of each change of an execution's state."""
        name = execution.pipeline_name
        self._cloud.emit(
            "aws.codepipeline",
            "CodePipeline Pipeline Execution State Change",
            {
                "pipeline": name,
                "execution-id": execution.pipeline_execution_id,
                "state": state,
                "version": execution.pipeline_version,
            },
            [f"arn:aws:codepipeline:{self._cloud.region}:{self._cloud.account}:{name}"],
        )


class _Line:
    """Executions that wait for each other: one runs, in the order in which they came."""

    def __init__(self, cloud: Cloud, name: str, run: Callable[[TwinExecution], None]) -> None:
        self._cloud = cloud
        self._name = name
        self._run = run
        self._lock = threading.Lock()
        self._waiting: list[TwinExecution] = []
        self._busy = False

    def join(self, execution: TwinExecution, mode: str) -> None:
        """Wait for the turn; in mode SUPERSEDED those who still wait give way."""
        with self._lock:
            if mode == "SUPERSEDED":
                for older in self._waiting:
                    older.finish("Superseded", f"by {execution.pipeline_execution_id}")
                self._waiting.clear()
            self._waiting.append(execution)
            if self._busy:
                return
            self._busy = True
        self._cloud.start(f"pipeline {self._name}", self._work)

    def _work(self) -> None:
        while (execution := self._next()) is not None:
            self._run(execution)

    def _next(self) -> TwinExecution | None:
        with self._lock:
            if self._waiting and not self._cloud.stopping.is_set():
                return self._waiting.pop(0)
            self._busy = False
            return None


# ---- requests -----------------------------------------------------------------------------------


def _revisions(definition: dict[str, Any], given: list[dict[str, str]]) -> dict[str, str]:
    """Return the commits by source action; an action that is not there is refused."""
    sources = {
        action["name"]
        for stage in definition["stages"]
        for action in stage["actions"]
        if action["actionTypeId"]["category"] == "Source"
    }
    for revision in given:
        if revision["actionName"] not in sources or revision["revisionType"] != "COMMIT_ID":
            raise JsonRESTError(
                "ValidationException",
                f"Source revision {revision} does not fit: source actions of "
                f"{definition['name']} are {', '.join(sorted(sources))}, type COMMIT_ID",
            )
    return {revision["actionName"]: revision["revisionValue"] for revision in given}


def _list_actions(request: CodePipelineResponse, sent: dict[str, Any]) -> dict[str, Any]:
    """Answer with the actions of all executions, or of one, the newest first."""
    pipeline = _pipeline(request, sent["pipelineName"])
    filters: dict[str, str] = sent.get("filter") or {}
    wanted = filters.get("pipelineExecutionId")
    actions = [
        action
        for execution in _executions(pipeline).values()
        if wanted in (None, execution.pipeline_execution_id)
        for action in execution.actions
    ]
    return {"actionExecutionDetails": actions[::-1]}


def _get_state(request: CodePipelineResponse, sent: dict[str, Any]) -> dict[str, Any]:
    """Answer with what each stage and action did last."""
    pipeline = _pipeline(request, sent["name"])
    definition = pipeline.pipeline
    return {
        "pipelineName": definition["name"],
        "pipelineVersion": definition["version"],
        "stageStates": [_stage_state(pipeline, stage) for stage in definition["stages"]],
    }


def _stage_state(pipeline: CodePipeline, stage: Mapping[str, Any]) -> dict[str, Any]:
    latest = next(
        (
            execution
            for execution in reversed(_executions(pipeline).values())
            if any(action["stageName"] == stage["name"] for action in execution.actions)
        ),
        None,
    )
    done = latest.actions if latest else []
    of_stage = {one["actionName"]: one for one in done if one["stageName"] == stage["name"]}
    state: dict[str, Any] = {
        "stageName": stage["name"],
        "inboundTransitionState": {"enabled": True},
        "actionStates": [
            _action_state(action["name"], of_stage.get(action["name"]))
            for action in stage["actions"]
        ],
    }
    if latest:
        state["latestExecution"] = {
            "pipelineExecutionId": latest.pipeline_execution_id,
            "status": _stage_status([one["status"] for one in of_stage.values()], stage),
        }
    return state


def _stage_status(done: list[str], stage: Mapping[str, Any]) -> str:
    for status, shown in (("Failed", "Failed"), ("Abandoned", "Stopped")):
        if status in done:
            return shown
    complete = len(done) == len(stage["actions"]) and set(done) == {"Succeeded"}
    return "Succeeded" if complete else "InProgress"


def _action_state(name: str, action: Mapping[str, Any] | None) -> dict[str, Any]:
    if action is None:
        return {"actionName": name}
    outcome = action.get("output", {}).get("executionResult", {})
    latest = {
        "actionExecutionId": action["actionExecutionId"],
        "status": action["status"],
        "lastStatusChange": action["lastUpdateTime"],
        "summary": outcome.get("externalExecutionSummary"),
        "externalExecutionId": outcome.get("externalExecutionId"),
        "errorDetails": outcome.get("errorDetails"),
    }
    return {"actionName": name, "latestExecution": without_none(latest)}


def _pipeline(request: CodePipelineResponse, name: str) -> CodePipeline:
    request.codepipeline_backend.get_pipeline(name)  # refuses an unknown one
    return request.codepipeline_backend.pipelines[name]


def _executions(pipeline: CodePipeline) -> dict[str, TwinExecution]:
    """Return a pipeline's executions, oldest first; all were made after `install`."""
    found = pipeline.executions.items()
    return {key: one for key, one in found if isinstance(one, TwinExecution)}
