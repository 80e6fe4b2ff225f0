"""Which events of AWS tell of a failure, and what a person is told. Pure.

An event is better than a metric where there is one: it comes at once and names what failed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.alarms import described

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.naming import Names


@dataclass(frozen=True, kw_only=True)
class FailureEvent:
    """An event that is passed on to people.

    Attributes:
        subject: What the rule is called after the stack's prefix.
        section: Of the runbook.
        pattern: Which events it is.
        paths: Where in the event the words of `says` stand.
        says: What happened and what to do; `<word>` stands for a part of the event.
    """

    subject: str
    section: str
    pattern: Mapping[str, Any]
    paths: Mapping[str, str]
    says: str

    @property
    def template(self) -> str:
        """The message as EventBridge fills it: a text in JSON."""
        return json.dumps(described(self.says, self.section))


def failure_events(names: Names) -> tuple[FailureEvent, ...]:
    """Return the events that tell of failures of this stack's steps, in the steps' order."""
    return (
        _pipeline_failed(names),
        _build_failed(names),
        _etl_failed(names),
        _training_failed(names),
    )


def _pipeline_failed(names: Names) -> FailureEvent:
    return FailureEvent(
        subject="pipeline-failed",
        section="pipeline-failed",
        pattern=_pattern(
            names,
            "aws.codepipeline",
            "CodePipeline Pipeline Execution State Change",
            {"pipeline": [names.pipeline], "state": ["FAILED"]},
        ),
        paths={"pipeline": "$.detail.pipeline", "execution": "$.detail.execution-id"},
        says="The build pipeline <pipeline> failed (execution <execution>): that push is not "
        "deployed. Look which action failed, mend it and push.",
    )


def _build_failed(names: Names) -> FailureEvent:
    return FailureEvent(
        subject="build-failed",
        section="build-failed",
        pattern=_pattern(
            names,
            "aws.codebuild",
            "CodeBuild Build State Change",
            {
                # By name: a stack's prefix may begin another's, and a failed review of a pull
                # request is said there.
                "project-name": list(names.build_projects),
                "build-status": ["FAILED", "FAULT", "TIMED_OUT"],
            },
        ),
        paths={
            "project": "$.detail.project-name",
            "status": "$.detail.build-status",
            "log": "$.detail.additional-information.logs.deep-link",
        },
        says="A build of <project> ended with <status>. Its last lines say why: <log>",
    )


def _etl_failed(names: Names) -> FailureEvent:
    return FailureEvent(
        subject="etl-failed",
        section="etl-failed",
        pattern=_pattern(
            names,
            "aws.glue",
            "Glue Job State Change",
            {"jobName": [names.etl_job], "state": ["FAILED", "TIMEOUT", "ERROR"]},
        ),
        paths={
            "job": "$.detail.jobName",
            "run": "$.detail.jobRunId",
            "state": "$.detail.state",
            "message": "$.detail.message",
        },
        says="The Glue job <job> ended with <state> (run <run>): <message>. "
        "Mend data, contract or ETL, then upload or push again.",
    )


def _training_failed(names: Names) -> FailureEvent:
    return FailureEvent(
        subject="training-failed",
        section="training-failed",
        pattern=_pattern(
            names,
            "aws.sagemaker",
            "SageMaker Training Job State Change",
            {
                "TrainingJobName": [{"prefix": f"{names.prefix}-"}],
                # One that ran out of time is called stopped, like one that somebody stopped.
                "$or": [
                    {"TrainingJobStatus": ["Failed"]},
                    {"SecondaryStatus": ["MaxRuntimeExceeded", "MaxWaitTimeExceeded"]},
                ],
            },
        ),
        paths={
            "job": "$.detail.TrainingJobName",
            "status": "$.detail.SecondaryStatus",
            "reason": "$.detail.FailureReason",
        },
        says="The training job <job> ended with <status>: <reason>. "
        "Mend training settings or image, and push.",
    )


def _pattern(names: Names, source: str, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": [source],
        "detail-type": [kind],
        "account": [names.account],
        "region": [names.region],
        "detail": detail,
    }
