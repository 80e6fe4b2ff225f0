"""What a person sees first: the steps in their order, from push to answers. Pure.

Models come and go with pushes, so what belongs to a model is searched for by the stack's prefix:
a model that was pushed after the last `pulumi up` is on the dashboard too. Its metric is, if the
gate of another model asked for the same one by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.naming import Names

COLUMNS = 24
WIDTH = 8
HEIGHT = 6
PERIOD = 300

Metrics = list[list[Any]]


@dataclass(frozen=True)
class Watched:
    """What the stack has beside its fixed parts.

    Attributes:
        queues: The dead-letter queues' names by what they keep.
        rules: The rules that pass failures on.
        training_metrics: Those by which models are judged; each has a graph, as they have
            different units.
        alarm_arns: All alarms.
    """

    queues: Mapping[str, pulumi.Input[str]]
    rules: Sequence[str]
    training_metrics: Sequence[str]
    alarm_arns: Sequence[pulumi.Input[str]]


def dashboard(names: Names, watched: Watched) -> dict[str, Any]:
    """Return the dashboard's body."""
    graphs = (
        _graph(names, "1-6 Builds", _builds(names)),
        _graph(names, "7-8 Trigger", _trigger(names)),
        _graph(names, "Dead letters", _queues(watched.queues), "Maximum"),
        _graph(names, "9 Airflow", _airflow(names)),
        _graph(names, "9 Retrainings: seconds", _runs(names)),
        _graph(names, "10-13 Failures", _failures(watched.rules)),
        *(
            _graph(names, f"12-13 Training: {metric}, test rows", _training(names, metric))
            for metric in watched.training_metrics
        ),
        _graph(names, "15 Endpoints: requests", _requests(names)),
        _graph(names, "15 Endpoints: latency", _latency(names)),
    )
    return {
        "widgets": [
            _title(names),
            _alarms(watched.alarm_arns),
            *(_placed(graph, place) for place, graph in enumerate(graphs)),
        ]
    }


def _title(names: Names) -> dict[str, Any]:
    text = f"# {names.prefix}\nWhat an alarm means and what to do: `docs/runbook.md`"
    return _widget("text", {"markdown": text}, x=0, y=0, width=WIDTH, height=3)


def _alarms(arns: Sequence[pulumi.Input[str]]) -> dict[str, Any]:
    properties = {"title": "Alarms", "alarms": list(arns)}
    return _widget("alarm", properties, x=WIDTH, y=0, width=COLUMNS - WIDTH, height=3)


def _placed(properties: dict[str, Any], place: int) -> dict[str, Any]:
    row, column = divmod(place, COLUMNS // WIDTH)
    return _widget(
        "metric", properties, x=column * WIDTH, y=3 + row * HEIGHT, width=WIDTH, height=HEIGHT
    )


def _widget(kind: str, properties: dict[str, Any], **place: int) -> dict[str, Any]:
    return {"type": kind, **place, "properties": properties}


def _graph(names: Names, title: str, metrics: Metrics, statistic: str = "Sum") -> dict[str, Any]:
    return {
        "title": title,
        "view": "timeSeries",
        "region": names.region,
        "period": PERIOD,
        "stat": statistic,
        "metrics": metrics,
    }


def _builds(names: Names) -> Metrics:
    projects = (names.staging_project, names.image_project)
    return [
        ["AWS/CodeBuild", metric, "ProjectName", project]
        for project in projects
        for metric in ("SucceededBuilds", "FailedBuilds")
    ]


def _trigger(names: Names) -> Metrics:
    return [
        ["AWS/Lambda", metric, "FunctionName", names.trigger_function]
        for metric in ("Invocations", "Errors", "Throttles")
    ]


def _queues(queues: Mapping[str, pulumi.Input[str]]) -> Metrics:
    return [
        [
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            "QueueName",
            queue,
            {"label": keeps},
        ]
        for keeps, queue in queues.items()
    ]


def _airflow(names: Names) -> Metrics:
    environment = names.airflow_environment
    return [
        ["AmazonMWAA", metric, "Function", function, "Environment", environment, {"stat": stat}]
        for metric, function, stat in (
            ("SchedulerHeartbeat", "Scheduler", "Sum"),
            ("QueuedTasks", "Executor", "Maximum"),
            ("RunningTasks", "Executor", "Maximum"),
        )
    ]


def _runs(names: Names) -> Metrics:
    environment = names.airflow_environment
    searched = (
        ("DAGDurationSuccess", "succeeded "),
        ("DAGDurationFailed", "failed "),
    )
    return [
        _search(
            f'{{AmazonMWAA,DAG,Environment}} MetricName="{metric}" Environment="{environment}"',
            "Average",
            label=label,
            scale=1000,
        )
        for metric, label in searched
    ]


def _failures(rules: Sequence[str]) -> Metrics:
    return [["AWS/Events", "TriggeredRules", "RuleName", rule] for rule in rules]


def _training(names: Names, metric: str) -> Metrics:
    return [
        _search(
            "{/aws/sagemaker/TrainingJobs,TrainingJobName} "
            f'MetricName="test:{metric}" {names.prefix}',
            "Average",
        )
    ]


def _requests(names: Names) -> Metrics:
    return [
        _search(f'{_variants(names)} MetricName="{metric}"', "Sum", label=f"{metric} ")
        for metric in ("Invocations", "Invocation5XXErrors", "InvocationModelErrors")
    ]


def _latency(names: Names) -> Metrics:
    return [_search(f'{_variants(names)} MetricName="ModelLatency"', "p99", label="p99 us ")]


def _variants(names: Names) -> str:
    return f"{{AWS/SageMaker,EndpointName,VariantName}} {names.prefix}"


def _search(terms: str, statistic: str, *, label: str = "", scale: int = 1) -> list[Any]:
    """Return every series that the terms find; `scale` divides it."""
    found = f"SEARCH('{terms}', '{statistic}', {PERIOD})"
    expression = found if scale == 1 else f"{found}/{scale}"
    return [{"expression": expression, **({"label": label} if label else {})}]
