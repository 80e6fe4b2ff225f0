"""Tells people what wants them: one topic, alarms, failures, a dashboard, a budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components import policies
from components.alarms import (
    Alarm,
    airflow_alarms,
    described,
    endpoint_alarms,
    function_alarms,
    queue_alarms,
    reconciliation_alarm,
)
from components.dashboard import Watched, dashboard
from components.dead_letters import DeadLetters, DeadLettersArgs, retry_policy
from components.failure_events import FailureEvent, failure_events
from components.readiness import when_ready

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.naming import Names
    from components.settings import StackSettings

FORECAST_PERCENT = 80
ACTUAL_PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """What is watched.

    Attributes:
        key_arn: Encrypts what is published or kept; its policy lets those services use it.
        models: Those that the working tree declares: a model that is pushed later has no alarms
            of its own until the next `pulumi up`.
        training_metrics: Those that the gates of these models ask for, each once.
        functions: Lambda functions, by their steps.
        dead_letter_queues: URLs by what the queues keep.
        airflow_environment: The MWAA environment's name.
    """

    names: Names
    settings: StackSettings
    key_arn: pulumi.Input[str]
    models: Sequence[str]
    training_metrics: Sequence[str]
    functions: Sequence[str]
    dead_letter_queues: Mapping[str, pulumi.Output[str]]
    airflow_environment: pulumi.Input[str]


class Monitoring(pulumi.ComponentResource):
    """One topic that everything which wants a person is published to.

    It acts on nothing: whatever is published says what to do, and names its page of the runbook.
    """

    topic_arn: pulumi.Output[str]
    queue_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:monitoring:Monitoring", name, None, opts)
        self.topic_arn = self._topic(name, args)
        self._subscribe(name, args)
        queue = self._pass_failures_on(name, args)
        self.queue_url = queue.url
        queues = _queue_names({**args.dead_letter_queues, "alarm_events": queue.url})
        alarms = [self._alarm(name, args, alarm) for alarm in watched(args, queues)]
        self._dashboard(name, args, queues, alarms)
        self._budget(name, args)
        self.register_outputs({"topic_arn": self.topic_arn})

    def _topic(self, name: str, args: MonitoringArgs) -> pulumi.Output[str]:
        topic = aws.sns.Topic(
            f"{name}-topic",
            name=args.names.alarm_topic,
            display_name=f"{args.names.prefix} alarms",
            kms_master_key_id=args.key_arn,
            tags=args.names.tags,
            opts=self._child(),
        )
        policy = aws.sns.TopicPolicy(
            f"{name}-topic-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(topic_policy(args.names)),
            opts=self._child(),
        )
        return when_ready(topic.arn, policy)

    def _subscribe(self, name: str, args: MonitoringArgs) -> None:
        email = args.settings.alarm_email
        if email:
            secret = args.settings.alarm_email_is_secret
            aws.sns.TopicSubscription(
                f"{name}-email",
                topic=self.topic_arn,
                protocol="email",
                endpoint=pulumi.Output.secret(email) if secret else email,
                opts=self._child(),
            )

    def _pass_failures_on(self, name: str, args: MonitoringArgs) -> DeadLetters:
        events = failure_events(args.names)
        rules = [self._rule(name, args, event) for event in events]
        undelivered = DeadLetters(
            f"{name}-failures",
            DeadLettersArgs(
                names=args.names,
                step="alarm-events",
                key_arn=args.key_arn,
                rule_arns=[rule.arn for rule in rules],
            ),
            self._child(),
        )
        for event, rule in zip(events, rules, strict=True):
            aws.cloudwatch.EventTarget(
                f"{name}-{event.subject}-target",
                rule=rule.name,
                target_id="topic",
                arn=self.topic_arn,
                input_transformer={
                    "input_paths": dict(event.paths),
                    "input_template": event.template,
                },
                retry_policy=retry_policy(),
                dead_letter_config={"arn": undelivered.arn},
                opts=self._child(),
            )
        return undelivered

    def _rule(
        self, name: str, args: MonitoringArgs, event: FailureEvent
    ) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            f"{name}-{event.subject}-rule",
            name=args.names.alarm(event.subject),
            description=described("Tells people of a failure.", event.section),
            event_pattern=pulumi.Output.json_dumps(dict(event.pattern)),
            state="ENABLED",
            tags=args.names.tags,
            opts=self._child(),
        )

    def _alarm(self, name: str, args: MonitoringArgs, alarm: Alarm) -> aws.cloudwatch.MetricAlarm:
        metric = alarm.metric
        is_percentile = metric.statistic.startswith("p")
        return aws.cloudwatch.MetricAlarm(
            f"{name}-{alarm.name.removeprefix(args.names.alarm(''))}",
            name=alarm.name,
            alarm_description=alarm.description,
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=dict(metric.dimensions),
            statistic=None if is_percentile else metric.statistic,
            extended_statistic=metric.statistic if is_percentile else None,
            period=metric.period,
            comparison_operator="LessThanThreshold" if alarm.below else "GreaterThanThreshold",
            threshold=alarm.threshold,
            evaluation_periods=alarm.periods,
            datapoints_to_alarm=alarm.datapoints,
            treat_missing_data=alarm.missing,
            alarm_actions=[self.topic_arn],
            ok_actions=[self.topic_arn],
            tags=args.names.tags,
            opts=self._child(),
        )

    def _dashboard(
        self,
        name: str,
        args: MonitoringArgs,
        queues: Mapping[str, pulumi.Input[str]],
        alarms: Sequence[aws.cloudwatch.MetricAlarm],
    ) -> None:
        rules = [args.names.alarm(event.subject) for event in failure_events(args.names)]
        watched = Watched(queues, rules, args.training_metrics, [alarm.arn for alarm in alarms])
        body = dashboard(args.names, watched)
        aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.names.dashboard,
            dashboard_body=pulumi.Output.json_dumps(body),
            opts=self._child(),
        )

    def _budget(self, name: str, args: MonitoringArgs) -> None:
        if not args.settings.monthly_budget:
            return
        aws.budgets.Budget(
            f"{name}-budget",
            name=args.names.budget,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.settings.monthly_budget),
            limit_unit="USD",
            # Of a tag that the account has not activated for cost allocation, AWS counts nothing.
            cost_filters=[
                {"name": "TagKeyValue", "values": [f"user:Stack${args.names.tags['Stack']}"]}
            ],
            notifications=[
                self._notification("FORECASTED", FORECAST_PERCENT),
                self._notification("ACTUAL", ACTUAL_PERCENT),
            ],
            tags=args.names.tags,
            opts=self._child(),
        )

    def _notification(self, kind: str, percent: int) -> aws.budgets.BudgetNotificationArgsDict:
        return {
            "notification_type": kind,
            "comparison_operator": "GREATER_THAN",
            "threshold": percent,
            "threshold_type": "PERCENTAGE",
            "subscriber_sns_topic_arns": [self.topic_arn],
        }

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)


def watched(args: MonitoringArgs, queues: Mapping[str, pulumi.Input[str]]) -> tuple[Alarm, ...]:
    """Return every alarm of the stack, in the steps' order."""
    return (
        *queue_alarms(args.names, queues),
        *function_alarms(args.names, args.functions),
        reconciliation_alarm(args.names, args.airflow_environment),
        *airflow_alarms(args.names, args.airflow_environment, args.models),
        *endpoint_alarms(args.names, args.models),
    )


def topic_policy(names: Names) -> dict[str, Any]:
    """Return who may publish: this stack's alarms, EventBridge, this account's budgets.

    EventBridge sends SNS nothing that a condition could look at: with one, each message is dropped
    (EventBridge user guide, "Using resource-based policies", Amazon SNS permissions).
    """
    alarms = names.arn("cloudwatch", f"alarm:{names.prefix}-*")
    spending = f"arn:{names.partition}:budgets::{names.account}:budget/*"
    return policies.document(
        _publish(names, "PublishAlarms", "cloudwatch", alarms),
        _publish(names, "PublishFailures", "events"),
        _publish(names, "PublishSpending", "budgets", spending),
        policies.Statement(
            sid="RefuseWithoutTls",
            deny=True,
            principals="*",
            actions=("sns:Publish",),
            resources=(names.arn("sns", names.alarm_topic),),
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
    )


def _publish(names: Names, sid: str, service: str, source: str = "") -> policies.Statement:
    """Let a service publish: for a source of this account, if it says whom it speaks for."""
    conditions: policies.Conditions = {
        "StringEquals": {"aws:SourceAccount": names.account},
        "ArnLike": {"aws:SourceArn": source},
    }
    return policies.Statement(
        sid=sid,
        principals={"Service": f"{service}.amazonaws.com"},
        actions=("sns:Publish",),
        resources=(names.arn("sns", names.alarm_topic),),
        conditions=conditions if source else {},
    )


def _queue_names(urls: Mapping[str, pulumi.Output[str]]) -> dict[str, pulumi.Output[str]]:
    """Return the queues' names, under keys as names are written."""
    return {keeps.replace("_", "-"): url.apply(_last_part) for keeps, url in urls.items()}


def _last_part(url: str) -> str:
    return url.rsplit("/", 1)[-1]
