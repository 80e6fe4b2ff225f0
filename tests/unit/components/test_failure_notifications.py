"""A failed pipeline or build is told in words, and a message that is not taken is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.failure_notifications import Failure, build_failures, pipeline_failures
from components.naming import Names
from ops.program import Graph, StandInCloud, evaluate
from twin.services.event_inputs import target_input

if TYPE_CHECKING:
    from pathlib import Path

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
PROGRAM = f"""
from components.failure_notifications import (
    FailureNotifications, FailureNotificationsArgs, build_failures, pipeline_failures,
)
from components.naming import Names

names = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
FailureNotifications(
    "notices",
    FailureNotificationsArgs(
        names=names,
        topic_arn="{TOPIC}",
        key_arn="arn:aws:kms:us-east-1:123456789012:key/k",
        failures=[pipeline_failures(names), build_failures(names)],
    ),
)
"""


@pytest.fixture
def notices(tmp_path: Path) -> Graph:
    """Return what the component declares by itself."""
    (tmp_path / "Pulumi.yaml").write_text("name: mlops\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: us-east-1\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return evaluate(tmp_path, "dev", StandInCloud())


def told(failure: Failure, event: dict[str, Any]) -> str:
    """Return the message that the topic gets."""
    transformer = {
        "InputPathsMap": dict(failure.facts),
        "InputTemplate": json.dumps(failure.message),
    }
    return str(json.loads(target_input({"InputTransformer": transformer}, "arn:rule", event)))


def test_each_failure_reaches_the_topic(notices: Graph) -> None:
    targets = notices.of_type("aws:cloudwatch/eventTarget:EventTarget")

    assert {target.inputs["rule"] for target in targets} == {
        "mlops-dev-pipeline-failed",
        "mlops-dev-build-failed",
    }
    assert {target.inputs["arn"] for target in targets} == {TOPIC}


def test_a_message_that_is_not_taken_is_kept(notices: Graph) -> None:
    for target in notices.of_type("aws:cloudwatch/eventTarget:EventTarget"):
        assert target.inputs["deadLetterConfig"]["arn"].endswith(":mlops-dev-notifications")


def test_both_rules_may_put_into_the_queue(notices: Graph) -> None:
    (policy,) = notices.of_type("aws:sqs/queuePolicy:QueuePolicy")

    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    sources = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert sorted(source.rpartition("/")[2] for source in sources) == [
        "mlops-dev-build-failed",
        "mlops-dev-pipeline-failed",
    ]


def test_a_failed_execution_is_told_with_what_to_do() -> None:
    event = {"detail": {"pipeline": "mlops-dev", "execution-id": "e1", "state": "FAILED"}}

    message = told(pipeline_failures(NAMES), event)

    assert message.startswith("Execution e1 of pipeline mlops-dev failed")
    assert "push again" in message


def test_a_failed_build_is_told_with_its_log() -> None:
    logs = {"logs": {"deep-link": "https://logs.test/1"}}
    detail = {"project-name": "mlops-dev-image", "build-status": "FAILED"}

    message = told(build_failures(NAMES), {"detail": {**detail, "additional-information": logs}})

    assert "mlops-dev-image ended as FAILED" in message
    assert message.endswith("https://logs.test/1")


def test_builds_of_another_stack_are_not_told() -> None:
    pattern = build_failures(NAMES).pattern

    assert all(name.startswith("mlops-dev-") for name in pattern["detail"]["project-name"])
