"""Alarms and dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def test_an_alarm_names_its_metric_and_dimensions(create: Create, aws: FakeAws) -> None:
    create(ALARM, SAMPLES[ALARM])

    asked = aws.asked("put_metric_alarm")
    assert asked["MetricName"] == "Errors"
    assert asked["Dimensions"] == [{"Name": "FunctionName", "Value": "trigger"}]


def test_an_alarm_may_be_an_expression_over_metrics(create: Create, aws: FakeAws) -> None:
    metric = {"metricName": "Errors", "namespace": "N", "period": 60, "stat": "Sum"}
    queries = [
        {"id": "e", "expression": "m * 2", "returnData": True},
        {"id": "m", "metric": metric},
    ]
    base = {"name": "a", "comparisonOperator": "LessThanThreshold", "evaluationPeriods": 1}

    create(ALARM, {**base, "metricQueries": queries})

    expression, used = aws.asked("put_metric_alarm")["Metrics"]
    assert expression == {"Id": "e", "Expression": "m * 2", "ReturnData": True}
    assert used["MetricStat"]["Metric"]["MetricName"] == "Errors"
