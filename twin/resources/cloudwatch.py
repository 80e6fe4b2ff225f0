"""CloudWatch: alarms and dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.inputs import capitalised
from twin.resources.resource import Created, ResourceType, again
from twin.resources.tags import tag_list

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing


def create_alarm(inputs: Inputs, context: Context) -> Created:
    """Create an alarm on a metric, or on an expression over several."""
    name = context.physical_name(inputs)
    context.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        **_one_metric(inputs),
        **_several_metrics(inputs),
        **inputs.pick(
            actionsEnabled="ActionsEnabled",
            alarmActions="AlarmActions",
            alarmDescription="AlarmDescription",
            comparisonOperator="ComparisonOperator",
            datapointsToAlarm="DatapointsToAlarm",
            evaluationPeriods="EvaluationPeriods",
            insufficientDataActions="InsufficientDataActions",
            okActions="OKActions",
            threshold="Threshold",
            treatMissingData="TreatMissingData",
        ),
        **({"Tags": tag_list(inputs)} if inputs.get("tags") else {}),
    )
    return Created(name, {"arn": context.arn("cloudwatch", f"alarm:{name}"), "name": name})


def _one_metric(inputs: Inputs) -> dict[str, Any]:
    dimensions = inputs.get("dimensions")
    return inputs.pick(
        extendedStatistic="ExtendedStatistic",
        metricName="MetricName",
        namespace="Namespace",
        period="Period",
        statistic="Statistic",
        unit="Unit",
    ) | ({"Dimensions": _dimensions(dimensions)} if dimensions else {})


def _several_metrics(inputs: Inputs) -> dict[str, Any]:
    queries: list[dict[str, Any]] = []
    for query in inputs.blocks("metricQueries"):
        metric = query.block("metric")
        stat: dict[str, Any] = metric.pick(period="Period", stat="Stat", unit="Unit")
        stat["Metric"] = metric.pick(metricName="MetricName", namespace="Namespace")
        stat["Metric"]["Dimensions"] = _dimensions(metric.get("dimensions") or {})
        queries.append(
            query.pick(
                accountId="AccountId",
                expression="Expression",
                id="Id",
                label="Label",
                period="Period",
                returnData="ReturnData",
            )
            | ({"MetricStat": stat} if metric else {})
        )
    return {"Metrics": queries} if queries else {}


def _dimensions(dimensions: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def create_composite_alarm(inputs: Inputs, context: Context) -> Created:
    """Create an alarm over other alarms."""
    name = inputs.text("alarmName")
    parameters = {key: inputs.get(key) for key in ("alarmRule", "alarmActions", "okActions")}
    parameters |= {key: inputs.get(key) for key in ("alarmDescription", "actionsEnabled")}
    context.client("cloudwatch").put_composite_alarm(
        AlarmName=name, **capitalised(parameters, okActions="OKActions")
    )
    return Created(name, {"arn": context.arn("cloudwatch", f"alarm:{name}")})


def create_dashboard(inputs: Inputs, context: Context) -> Created:
    """Create a dashboard."""
    name = inputs.text("dashboardName")
    context.client("cloudwatch").put_dashboard(
        DashboardName=name, DashboardBody=inputs.document("dashboardBody")
    )
    arn = f"arn:aws:cloudwatch::{context.account}:dashboard/{name}"
    return Created(name, {"dashboardArn": arn})


def _delete_alarm(existing: Existing, context: Context) -> None:
    context.client("cloudwatch").delete_alarms(AlarmNames=[existing.id])


def _alarms(existing: Existing, context: Context) -> list[Any]:
    found = context.client("cloudwatch").describe_alarms(
        AlarmNames=[existing.id], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return [*found["MetricAlarms"], *found["CompositeAlarms"]]


TYPES = (
    ResourceType(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        create_alarm,
        tagged=True,
        delete=_delete_alarm,
        exists=_alarms,
        update=again(create_alarm),
    ),
    ResourceType(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        create_composite_alarm,
        tagged=True,
        delete=_delete_alarm,
        exists=_alarms,
        update=again(create_composite_alarm),
    ),
    ResourceType(
        "aws:cloudwatch/dashboard:Dashboard",
        create_dashboard,
        delete=lambda it, context: context.client("cloudwatch").delete_dashboards(
            DashboardNames=[it.id]
        ),
        exists=lambda it, context: context.client("cloudwatch").get_dashboard(DashboardName=it.id),
        update=again(create_dashboard),
    ),
)
