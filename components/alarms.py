"""Which numbers of CloudWatch want a person, and what that person should do. Pure.

Each alarm names its section of `docs/runbook.md`; a contract test holds the two together. What an
AWS service announces as an event (a failed build, job or pipeline) is in `failure_events.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.naming import Names

RUNBOOK = "docs/runbook.md"
VARIANT = "AllTraffic"
"""The endpoints' one variant, as the DAGs call it (`dags/hosting.py`)."""

TRIGGER_METRICS = "Retraining"
"""The namespace that the trigger's function counts in (`trigger/log.py`)."""

MINUTE = 60
SLOW_MICROSECONDS = 1_000_000
"""A prediction takes a millisecond; a second means that the container is drowning."""

Missing = Literal["breaching", "ignore", "notBreaching"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One series of numbers in CloudWatch.

    Attributes:
        statistic: `Sum`, `Maximum`, `SampleCount` and so on, or a percentile such as `p99`.
        period: Seconds that one number stands for.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str
    period: int


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A condition on a metric that wants a person.

    Attributes:
        name: In CloudWatch.
        section: Of the runbook.
        says: What happened and what to do, in a sentence or two.
        threshold: The metric has to be above it (with `below`: under it).
        periods: How many periods are looked at.
        datapoints: How many of them have to breach.
        missing: What a period without a number means.
    """

    name: str
    section: str
    says: str
    metric: Metric
    threshold: float = 0
    below: bool = False
    periods: int = 1
    datapoints: int = 1
    missing: Missing = "notBreaching"

    @property
    def description(self) -> str:
        """What stands in the message."""
        return described(self.says, self.section)


def described(says: str, section: str) -> str:
    """Return what a message says, with where to read on."""
    return f"{says} See {RUNBOOK}#{section}"


def queue_alarms(names: Names, queues: Mapping[str, pulumi.Input[str]]) -> tuple[Alarm, ...]:
    """Return an alarm for each dead-letter queue; `queues` has their names by what they keep."""
    return tuple(
        Alarm(
            name=names.alarm(f"{keeps}-dead-letters"),
            section="dead-letters",
            says=f"Something could not be delivered and is kept in the queue {keeps}. "
            "Mend the cause, then send it again.",
            metric=Metric(
                namespace="AWS/SQS",
                name="ApproximateNumberOfMessagesVisible",
                dimensions={"QueueName": queue},
                statistic="Maximum",
                period=5 * MINUTE,
            ),
            # A queue that nobody touches for hours reports nothing, whatever lies in it.
            missing="ignore",
        )
        for keeps, queue in queues.items()
    )


def function_alarms(names: Names, functions: Sequence[str]) -> tuple[Alarm, ...]:
    """Return the alarms for Lambda functions, by their steps."""
    return tuple(alarm for step in functions for alarm in _function_alarms(names, step))


def _function_alarms(names: Names, step: str) -> tuple[Alarm, Alarm]:
    def metric(name: str) -> Metric:
        return Metric(
            namespace="AWS/Lambda",
            name=name,
            dimensions={"FunctionName": names.step(step)},
            statistic="Sum",
            period=5 * MINUTE,
        )

    return (
        Alarm(
            name=names.alarm(f"{step}-errors"),
            section="function-errors",
            says=f"The function {step} raised an error. It is tried three times; read its log for "
            "the cause, and look whether the event lies in its dead-letter queue.",
            metric=metric("Errors"),
        ),
        Alarm(
            name=names.alarm(f"{step}-throttles"),
            section="function-throttles",
            says=f"The function {step} was refused for want of concurrency. Raise its reserved "
            "concurrency, or the account's quota.",
            metric=metric("Throttles"),
        ),
    )


def reconciliation_alarm(names: Names, environment: pulumi.Input[str]) -> Alarm:
    """Return the alarm for lost events that nobody makes good."""
    return Alarm(
        name=names.alarm("reconciliation"),
        section="reconciliation",
        says="For two hours no look for lost events has come to its end: a push or a raw file "
        "whose event was lost goes on waiting. Read the trigger's log for what Airflow answered.",
        metric=Metric(
            namespace=TRIGGER_METRICS,
            name="UnreconciledRuns",
            dimensions={"Environment": environment},
            statistic="Minimum",
            period=60 * MINUTE,
        ),
        # One that fails is no matter: the next one tries all of it again.
        periods=2,
        datapoints=2,
        missing="ignore",
    )


def airflow_alarms(
    names: Names, environment: pulumi.Input[str], models: Sequence[str]
) -> tuple[Alarm, ...]:
    """Return the alarms for the environment, and for the DAG of each model."""
    return (
        _heartbeat_alarm(names, environment),
        _queued_alarm(names, environment),
        *(_dag_alarm(names, environment, model) for model in models),
    )


def _heartbeat_alarm(names: Names, environment: pulumi.Input[str]) -> Alarm:
    return Alarm(
        name=names.alarm("airflow-heartbeat"),
        section="airflow-heartbeat",
        says="Airflow's scheduler has given no sign of life for a quarter of an hour: nothing is "
        "retrained. Look at the environment's status and the scheduler's log.",
        metric=_airflow_metric(
            "SchedulerHeartbeat", {"Environment": environment, "Function": "Scheduler"}, "Sum"
        ),
        threshold=1,
        below=True,
        periods=3,
        datapoints=3,
        missing="breaching",
    )


def _queued_alarm(names: Names, environment: pulumi.Input[str]) -> Alarm:
    return Alarm(
        name=names.alarm("airflow-queued-tasks"),
        section="airflow-queued-tasks",
        says="Tasks have waited for a worker for a quarter of an hour. Look whether workers "
        "start, then raise airflowMaxWorkers.",
        metric=_airflow_metric(
            "QueuedTasks", {"Environment": environment, "Function": "Executor"}, "Minimum"
        ),
        periods=3,
        datapoints=3,
    )


def _dag_alarm(names: Names, environment: pulumi.Input[str], model: str) -> Alarm:
    return Alarm(
        name=names.alarm(f"dag-{model}-failed"),
        section="dag-failed",
        says=f"A retraining of {model} failed; what served before goes on serving. "
        "Read the run's record for step, cause and log.",
        # How long failed runs took: their number is how many there were.
        metric=_airflow_metric(
            "DAGDurationFailed",
            {"DAG": names.dag(model), "Environment": environment},
            "SampleCount",
        ),
    )


def _airflow_metric(
    name: str, dimensions: Mapping[str, pulumi.Input[str]], statistic: str
) -> Metric:
    return Metric(
        namespace="AmazonMWAA",
        name=name,
        dimensions=dimensions,
        statistic=statistic,
        period=5 * MINUTE,
    )


def endpoint_alarms(names: Names, models: Sequence[str]) -> tuple[Alarm, ...]:
    """Return the alarms for the endpoint of each model; a deployment watches them too."""
    return tuple(alarm for model in models for alarm in _endpoint_alarms(names, model))


def _endpoint_alarms(names: Names, model: str) -> tuple[Alarm, ...]:
    return (
        _requests_alarm(
            names,
            model,
            "5xx",
            "Invocation5XXErrors",
            "Requests got no answer of the model. Read the endpoint's log.",
        ),
        _requests_alarm(
            names,
            model,
            "model-errors",
            "InvocationModelErrors",
            "The container answered otherwise than with 2xx, or not in time. "
            "Read the endpoint's log.",
        ),
        Alarm(
            name=names.endpoint_alarm(model, "latency"),
            section="endpoint-latency",
            says=f"Endpoint of {model}: one request in a hundred took longer than a second in "
            "three of five minutes. Look at its CPU, then give it more instances.",
            metric=_endpoint_metric(names, model, "ModelLatency", "p99"),
            threshold=SLOW_MICROSECONDS,
            periods=5,
            datapoints=3,
        ),
    )


def _requests_alarm(names: Names, model: str, kind: str, metric: str, says: str) -> Alarm:
    return Alarm(
        name=names.endpoint_alarm(model, kind),
        section=f"endpoint-{kind}",
        says=f"Endpoint of {model}: {says[0].lower()}{says[1:]}",
        metric=_endpoint_metric(names, model, metric, "Sum"),
        # On after one bad minute, so that a deployment is taken back at once; off after five good.
        periods=5,
        datapoints=1,
    )


def _endpoint_metric(names: Names, model: str, name: str, statistic: str) -> Metric:
    return Metric(
        namespace="AWS/SageMaker",
        name=name,
        dimensions={"EndpointName": names.endpoint(model), "VariantName": VARIANT},
        statistic=statistic,
        period=MINUTE,
    )
