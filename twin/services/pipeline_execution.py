"""One execution of a pipeline as CodePipeline shows it, and as its executor reports it."""

from __future__ import annotations

import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.codepipeline.models import PipelineExecution
from moto.core.utils import utcnow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.executors.pipelines import Action, ActionResult, PipelineSpec

WAITING: Final = "InProgress"
"""The state of an execution from its start to its end; one that waits for its turn has it too."""


class TwinExecution(PipelineExecution):
    """An execution that is under way until somebody says how it ended.

    It hears of its actions, and keeps what the service shows of them.
    """

    __module__ = "twin.codepipeline"  # moto wants a dotted name

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # moto's private signature
        super().__init__(*args, **kwargs)
        self.status = WAITING
        self.revisions: dict[str, str] = {}
        self.actions: list[dict[str, Any]] = []
        self.spec: PipelineSpec | None = None
        self.build_id = ""
        self._stop = threading.Event()
        self._abandoned = threading.Event()

    # ---- what the executor says -------------------------------------------------------------

    def began(self, action: Action) -> None:
        """An action begins."""
        now = time.time()
        self.actions.append(
            {
                "pipelineExecutionId": self.pipeline_execution_id,
                "pipelineVersion": self.pipeline_version,
                "actionExecutionId": str(uuid.uuid4()),
                "stageName": action.stage,
                "actionName": action.name,
                "startTime": now,
                "lastUpdateTime": now,
                "status": "InProgress",
                "input": _input(action),
            }
        )

    def started_build(self, build_id: str) -> None:
        """The action under way has started a build."""
        self.build_id = build_id

    def ended(self, action: Action, result: ActionResult) -> None:
        """The action that began last has ended."""
        outcome: dict[str, Any] = {"externalExecutionId": result.external_id}
        if result.summary:
            outcome["externalExecutionSummary"] = result.summary
        if result.status == "Failed":
            outcome["errorDetails"] = {"code": "JobFailed", "message": result.summary}
        self.build_id = ""
        self.actions[-1] |= {
            "status": result.status,
            "lastUpdateTime": time.time(),
            "output": {
                "executionResult": outcome,
                "outputVariables": dict(result.variables),
                "outputArtifacts": [{"name": name} for name in action.outputs],
            },
        }

    def abandoned(self) -> bool:
        """Tell whether somebody asked to abandon the action that is under way."""
        return self._abandoned.is_set()

    def stopping(self) -> bool:
        """Tell whether somebody asked to stop."""
        return self._stop.is_set()

    def stop(self, *, abandon: bool = False) -> None:
        """Ask it to stop before its next action, or to abandon the one that is under way."""
        if abandon:
            self._abandoned.set()
        self._stop.set()
        if self.status == WAITING:
            self.status = "Stopping"

    def finish(self, status: str, summary: str = "") -> None:
        """Note how it ended."""
        self.status = status
        self.status_summary = summary or None
        self.last_update_time = utcnow()

    # ---- what the service shows -------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return what GetPipelineExecution shows."""
        shown = super().to_dict()
        return {**without_none(shown), "artifactRevisions": self._artifact_revisions()}

    def to_summary_dict(self) -> dict[str, Any]:
        """Return what ListPipelineExecutions shows."""
        return {**without_none(super().to_summary_dict()), "sourceRevisions": self._sources()}

    def _sources(self) -> list[dict[str, str]]:
        return [
            {
                "actionName": action["actionName"],
                "revisionId": action["output"]["executionResult"]["externalExecutionId"],
                "revisionSummary": action["output"]["executionResult"]["externalExecutionSummary"],
            }
            for action in self.actions
            if action["status"] == "Succeeded" and _category(action) == "Source"
        ]

    def _artifact_revisions(self) -> list[dict[str, str]]:
        names = {
            action["actionName"]: action["output"]["outputArtifacts"]
            for action in self.actions
            if "output" in action
        }
        return [
            {
                "name": artifact["name"],
                "revisionId": source["revisionId"],
                "revisionSummary": source["revisionSummary"],
            }
            for source in self._sources()
            for artifact in names[source["actionName"]]
        ]


def _input(action: Action) -> dict[str, Any]:
    kind = {"category": action.category, "provider": action.provider, "owner": "AWS"}
    return {
        "actionTypeId": {**kind, "version": "1"},
        "configuration": dict(action.configuration),
        "roleArn": action.role_arn,
        "inputArtifacts": [{"name": name} for name in action.inputs],
    }


def _category(action: Mapping[str, Any]) -> str:
    return str(action["input"]["actionTypeId"]["category"])


def without_none(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without its empty fields, which AWS leaves out."""
    return {key: value for key, value in shown.items() if value is not None}
