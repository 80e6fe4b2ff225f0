"""Failures that AWS announces reach people, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from moto.events.models import EventPattern

from components.failure_events import FailureEvent, failure_events
from components.naming import Names
from twin.services.event_inputs import target_input

if TYPE_CHECKING:
    from collections.abc import Callable

    InputsOf = Callable[[str], dict[str, Any]]

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
EVENTS = {event.subject: event for event in failure_events(NAMES)}

# As the services send them, less what nobody reads.
SENT: dict[str, dict[str, Any]] = {
    "pipeline-failed": {
        "source": "aws.codepipeline",
        "detail-type": "CodePipeline Pipeline Execution State Change",
        "detail": {"pipeline": "mlops-dev", "execution-id": "e-1", "state": "FAILED"},
    },
    "build-failed": {
        "source": "aws.codebuild",
        "detail-type": "CodeBuild Build State Change",
        "detail": {
            "project-name": "mlops-dev-image",
            "build-status": "FAILED",
            "additional-information": {"logs": {"deep-link": "https://console.aws/log"}},
        },
    },
    "etl-failed": {
        "source": "aws.glue",
        "detail-type": "Glue Job State Change",
        "detail": {
            "jobName": "mlops-dev-etl",
            "jobRunId": "jr_1",
            "state": "FAILED",
            "message": 'line 3: "Moon Base" is no zone',
        },
    },
    "training-failed": {
        "source": "aws.sagemaker",
        "detail-type": "SageMaker Training Job State Change",
        "detail": {
            "TrainingJobName": "mlops-dev-abalone-0123456789ab",
            "TrainingJobStatus": "Failed",
            "SecondaryStatus": "Failed",
            "FailureReason": "AlgorithmError: out of memory",
        },
    },
}


def sent(subject: str, **changes: Any) -> dict[str, Any]:
    event = SENT[subject]
    return {
        "account": NAMES.account,
        "region": NAMES.region,
        **event,
        "detail": {**event["detail"], **changes},
    }


def matches(event: FailureEvent, what: Any) -> bool:
    return EventPattern.load(json.dumps(event.pattern)).matches_event(what)


def test_each_step_that_fails_by_itself_has_an_event() -> None:
    assert set(EVENTS) == set(SENT)


@pytest.mark.parametrize("subject", EVENTS)
def test_a_failure_is_recognised(subject: str) -> None:
    assert matches(EVENTS[subject], sent(subject))


@pytest.mark.parametrize("why", ["MaxRuntimeExceeded", "MaxWaitTimeExceeded"])
def test_a_training_job_that_ran_out_of_time_has_failed(why: str) -> None:
    """SageMaker calls it stopped, as one that somebody stopped."""
    event = sent("training-failed", TrainingJobStatus="Stopped", SecondaryStatus=why)

    assert matches(EVENTS["training-failed"], event)


@pytest.mark.parametrize(
    ("subject", "change"),
    [
        ("pipeline-failed", {"state": "SUCCEEDED"}),
        ("pipeline-failed", {"pipeline": "mlops-prod"}),
        ("build-failed", {"build-status": "STOPPED"}),
        ("build-failed", {"project-name": "mlops-prod-image"}),
        ("etl-failed", {"state": "SUCCEEDED"}),
        ("etl-failed", {"jobName": "mlops-prod-etl"}),
        ("training-failed", {"TrainingJobStatus": "Completed", "SecondaryStatus": "Completed"}),
        ("training-failed", {"TrainingJobStatus": "Stopped", "SecondaryStatus": "Stopped"}),
        ("training-failed", {"TrainingJobName": "mlops-prod-abalone-0123456789ab"}),
    ],
)
def test_a_success_or_another_stack_is_none(subject: str, change: dict[str, str]) -> None:
    assert not matches(EVENTS[subject], sent(subject, **change))


@pytest.mark.parametrize("subject", EVENTS)
def test_a_message_is_a_sentence_with_everything_filled_in(subject: str) -> None:
    event = EVENTS[subject]
    transformer = {"InputPathsMap": event.paths, "InputTemplate": event.template}

    message = json.loads(
        target_input({"InputTransformer": transformer}, "arn:aws:events:rule/r", sent(subject))
    )

    assert "<" not in message
    assert message.endswith(f" See docs/runbook.md#{event.section}")
    for path in event.paths.values():
        assert value_at(sent(subject), path) in message


def value_at(event: Any, path: str) -> str:
    for step in path.removeprefix("$.").split("."):
        event = event[step]
    return str(event)


def test_a_message_that_cannot_be_published_is_kept(inputs_of: InputsOf) -> None:
    target = inputs_of("monitoring-etl-failed-target")

    assert target["deadLetterConfig"]["arn"].endswith(":mlops-dev-alarm-events")
    assert target["arn"].endswith(":mlops-dev-alarms")
