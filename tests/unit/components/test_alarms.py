"""What wants a person: which numbers, of what, and from when on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from components.alarms import VARIANT
from components.declared_models import declared_models
from components.naming import ENDPOINT_ALARMS, Names
from dags.hosting import VARIANT as DEPLOYED_VARIANT
from trigger import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

    InputsOf = Callable[[str], dict[str, Any]]

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
MODELS = tuple(declared_models(Path(__file__).resolve().parents[3] / "models"))


def watched(stack: Graph, namespace: str, metric: str) -> list[dict[str, str]]:
    """Return the dimensions of all alarms on a metric."""
    return [
        alarm.inputs["dimensions"]
        for alarm in stack.of_type(ALARM)
        if (alarm.inputs["namespace"], alarm.inputs["metricName"]) == (namespace, metric)
    ]


def test_every_queue_is_watched(stack: Graph) -> None:
    queues = {queue.inputs["name"] for queue in stack.of_type("aws:sqs/queue:Queue")}

    found = watched(stack, "AWS/SQS", "ApproximateNumberOfMessagesVisible")

    assert {dimensions["QueueName"] for dimensions in found} == queues


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_is_watched(metric: str, stack: Graph) -> None:
    functions = {one.inputs["name"] for one in stack.of_type("aws:lambda/function:Function")}

    found = watched(stack, "AWS/Lambda", metric)

    assert {dimensions["FunctionName"] for dimensions in found} == functions


def test_a_look_for_lost_events_that_never_ends_well_is_noticed(
    stack: Graph, inputs_of: InputsOf
) -> None:
    (dimensions,) = watched(stack, log.NAMESPACE, log.UNRECONCILED)

    alarm = inputs_of("monitoring-reconciliation")
    assert dimensions == {log.ENVIRONMENT: "mlops-dev"}
    assert (alarm["statistic"], alarm["period"]) == ("Minimum", 3600)


def test_a_queue_that_reports_nothing_keeps_its_alarm(inputs_of: InputsOf) -> None:
    alarm = inputs_of("monitoring-trigger-function-dead-letters")

    assert alarm["treatMissingData"] == "ignore"
    assert alarm["threshold"] == 0


def test_a_scheduler_that_says_nothing_is_a_failure(inputs_of: InputsOf) -> None:
    alarm = inputs_of("monitoring-airflow-heartbeat")

    assert alarm["dimensions"] == {"Environment": "mlops-dev", "Function": "Scheduler"}
    assert alarm["treatMissingData"] == "breaching"
    assert alarm["comparisonOperator"] == "LessThanThreshold"


def test_tasks_that_wait_now_and_then_are_none(inputs_of: InputsOf) -> None:
    alarm = inputs_of("monitoring-airflow-queued-tasks")

    assert alarm["statistic"] == "Minimum"
    assert alarm["datapointsToAlarm"] == 3


def test_the_runs_of_each_declared_model_are_watched(stack: Graph) -> None:
    found = watched(stack, "AmazonMWAA", "DAGDurationFailed")

    assert {dimensions["DAG"] for dimensions in found} == {f"retrain-{model}" for model in MODELS}


@pytest.mark.parametrize("metric", ["Invocation5XXErrors", "InvocationModelErrors", "ModelLatency"])
def test_each_declared_endpoint_is_watched(metric: str, stack: Graph) -> None:
    found = watched(stack, "AWS/SageMaker", metric)

    assert found == [
        {"EndpointName": f"mlops-dev-{model}", "VariantName": DEPLOYED_VARIANT} for model in MODELS
    ]


def test_components_and_dags_call_the_variant_the_same() -> None:
    assert VARIANT == DEPLOYED_VARIANT


def test_a_deployment_is_taken_back_after_one_bad_minute(inputs_of: InputsOf) -> None:
    alarm = inputs_of("monitoring-endpoint-abalone-5xx")

    assert (alarm["period"], alarm["datapointsToAlarm"]) == (60, 1)


def test_latency_is_that_of_the_slowest_hundredth(inputs_of: InputsOf) -> None:
    alarm = inputs_of("monitoring-endpoint-abalone-latency")

    assert alarm["extendedStatistic"] == "p99"
    assert "statistic" not in alarm
    assert alarm["threshold"] == 1_000_000  # SageMaker counts microseconds


def test_an_endpoints_alarms_bear_the_names_that_deployments_know(stack: Graph) -> None:
    names = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")

    found = {alarm.inputs["name"] for alarm in stack.of_type(ALARM)}

    assert len(names.endpoint_alarms("abalone")) == len(ENDPOINT_ALARMS)
    assert set(names.endpoint_alarms("abalone")) <= found


def test_every_alarm_is_published_and_so_is_its_end(stack: Graph) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:mlops-dev-alarms"

    for alarm in stack.of_type(ALARM):
        assert alarm.inputs["alarmActions"] == [topic]
        assert alarm.inputs["okActions"] == [topic]


def test_a_description_fits_into_what_cloudwatch_keeps(stack: Graph) -> None:
    for alarm in stack.of_type(ALARM):
        assert len(alarm.inputs["alarmDescription"]) <= 1024
        assert len(alarm.inputs["name"]) <= 255
