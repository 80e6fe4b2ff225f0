"""What each resource costs in a month, by its type. Pure.

A rule is a function from a resource to its lines. A type has a rule here or a reason in
`ops.cost.free`; a test holds that each type of the program has one of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from ops.cost.prices import HOURS, PRICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ops.cost.usage import Usage
    from ops.graph import Graph, Resource

WORKER_UNITS: Final = {"G.025X": 0.25, "G.1X": 1, "G.2X": 2, "G.4X": 4, "G.8X": 8}
"""DPUs of a Glue worker."""

LEAST_WORKERS: Final = 2
"""Workers of a Glue job that scales and has little to do: no more are counted."""

DAYS_OF_A_MONTH: Final = 365 / 12
FOREVER_DAYS: Final = 365
"""Days that are counted for logs that are never deleted: their cost only grows."""

STANDARD_PERIOD: Final = 60
"""Seconds below which an alarm looks more often than the standard one."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One position of the estimate.

    Attributes:
        resource: The program's name for what costs.
        what: How the sum comes about, such as `Airflow mw1.small: 730 h x $0.49`.
        monthly: US dollars a month.
        known: Whether the price is: one that is not counts as zero, and is said.
    """

    resource: str
    what: str
    monthly: float
    known: bool = True

    @property
    def kind(self) -> str:
        """What it is paid for, without how much of it: the same words for the same thing."""
        return self.what.partition(":")[0]


@dataclass(frozen=True)
class Stack:
    """What a rule may look at beside its resource: the graph and how it is used."""

    graph: Graph
    usage: Usage

    def count(self, resource: Resource) -> int:
        """How many resources of its type there are, which share what is assumed for all."""
        return len(self.graph.of_type(resource.type))


def line(resource: str, what: str, key: str, quantity: float) -> Line:
    """Return the line for so many units of a price."""
    price = PRICES.get(key)
    if price is None:
        unknown = f"{what}: no price is known here, so it is counted as nothing"
        return Line(resource=resource, what=unknown, monthly=0.0, known=False)
    paid = f"{what}: {quantity:,.6g} {price.unit} x ${price.dollars:.10f}".rstrip("0").rstrip(".")
    return Line(resource=resource, what=paid, monthly=quantity * price.dollars)


def many(number: float, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:g} {noun}{'s' * (number != 1)}"


def _airflow(resource: Resource, stack: Stack) -> Iterator[Line]:
    size = str(resource.inputs.get("environmentClass", "mw1.small"))
    extra = int(resource.inputs.get("minWorkers", 1)) - 1
    yield line(resource.name, f"Airflow {size} with one worker", f"airflow.{size}", HOURS)
    if extra > 0:
        what = f"{many(extra, 'further worker')} that always run"
        yield line(resource.name, what, f"airflow.worker.{size}", HOURS * extra)
    usage = stack.usage
    yield line(resource.name, "Airflow's database", "airflow.storage", usage.airflow_storage_gb)
    yield line(resource.name, "Airflow's logs", "logs.taken", usage.airflow_logs_gb)


def _nat(resource: Resource, stack: Stack) -> Iterator[Line]:
    share = stack.usage.nat_gb / stack.count(resource)
    yield line(resource.name, "NAT gateway", "network.nat", HOURS)
    yield line(resource.name, "data through a NAT gateway", "network.nat.data", share)


def _address(resource: Resource, _stack: Stack) -> Iterator[Line]:
    yield line(resource.name, "public IPv4 address", "network.address", HOURS)


def _endpoint(resource: Resource, stack: Stack) -> Iterator[Line]:
    if resource.inputs.get("vpcEndpointType", "Gateway") != "Interface":
        return  # gateway endpoints cost nothing
    zones = len(resource.inputs.get("subnetIds") or [None])
    service = str(resource.inputs.get("serviceName", "")).split(".", 3)[-1]
    what = f"endpoint of {service} in {many(zones, 'zone')}"
    yield line(resource.name, what, "network.endpoint", HOURS * zones)
    gigabytes = stack.usage.endpoint_gb
    yield line(resource.name, "data through an endpoint", "network.endpoint.data", gigabytes)


def _flow_log(resource: Resource, stack: Stack) -> Iterator[Line]:
    yield line(resource.name, "flow logs", "logs.taken", stack.usage.flow_logs_gb)


def _key(resource: Resource, stack: Stack) -> Iterator[Line]:
    share = stack.usage.key_requests / stack.count(resource)
    yield line(resource.name, "key", "key", 1)
    yield line(resource.name, "requests to a key", "key.requests", share / 10_000)


def _log_group(resource: Resource, stack: Stack) -> Iterator[Line]:
    taken = stack.usage.other_logs_gb
    days = int(resource.inputs.get("retentionInDays", 0) or FOREVER_DAYS)
    yield line(resource.name, "logs taken in", "logs.taken", taken)
    what = f"logs kept for {many(days, 'day')}"
    yield line(resource.name, what, "logs.kept", taken * days / DAYS_OF_A_MONTH)


def _alarm(resource: Resource, _stack: Stack) -> Iterator[Line]:
    queries = cast("list[Mapping[str, Any]]", resource.inputs.get("metricQueries") or [])
    metrics = sum("metric" in query for query in queries) or 1
    period = int(resource.inputs.get("period", 0) or STANDARD_PERIOD)
    kind = "alarm.fast" if period < STANDARD_PERIOD else "alarm"
    yield line(resource.name, f"alarm on {many(metrics, 'metric')}", kind, metrics)


def _composite_alarm(resource: Resource, _stack: Stack) -> Iterator[Line]:
    yield line(resource.name, "alarm on other alarms", "alarm.composite", 1)


def _dashboard(resource: Resource, _stack: Stack) -> Iterator[Line]:
    yield line(resource.name, "dashboard", "dashboard", 1)


def _pipeline(resource: Resource, stack: Stack) -> Iterator[Line]:
    kind = str(resource.inputs.get("pipelineType", "V1"))
    minutes = stack.usage.retrainings * stack.usage.build_minutes
    quantity = 1 if kind == "V1" else minutes
    yield line(resource.name, f"pipeline {kind}", f"pipeline.{kind}", quantity)


def _build(resource: Resource, stack: Stack) -> Iterator[Line]:
    environment = cast("Mapping[str, Any]", resource.inputs.get("environment") or {})
    size = str(environment.get("computeType", "BUILD_GENERAL1_SMALL"))
    # The image's project is the one that may run docker.
    image = bool(environment.get("privilegedMode"))
    minutes = stack.usage.image_minutes if image else stack.usage.staging_minutes
    what = f"builds on {size.removeprefix('BUILD_').lower()}"
    yield line(resource.name, what, f"build.{size}", stack.usage.retrainings * minutes)


def _images(resource: Resource, stack: Stack) -> Iterator[Line]:
    share = stack.usage.images_gb / stack.count(resource)
    yield line(resource.name, "images", "images", share)


def _glue(resource: Resource, stack: Stack) -> Iterator[Line]:
    arguments = cast("Mapping[str, Any]", resource.inputs.get("defaultArguments") or {})
    scales = arguments.get("--enable-auto-scaling") == "true"
    most = float(resource.inputs.get("numberOfWorkers", LEAST_WORKERS))
    workers = min(most, LEAST_WORKERS) if scales else most
    size = str(resource.inputs.get("workerType", "G.1X"))
    units = WORKER_UNITS.get(size)
    hours = stack.usage.retrainings * stack.usage.etl_minutes / 60 * workers * (units or 0)
    key = "glue" if units else f"glue.{size}"
    yield line(resource.name, f"ETL on {many(workers, 'worker')} {size}", key, hours)


def _bucket(resource: Resource, stack: Stack) -> Iterator[Line]:
    usage, count = stack.usage, stack.count(resource)
    writes, reads = usage.bucket_writes / count / 1000, usage.bucket_reads / count / 1000
    yield line(resource.name, "what a bucket holds", "storage", usage.stored_gb / count)
    yield line(resource.name, "writes to a bucket", "storage.writes", writes)
    yield line(resource.name, "reads from a bucket", "storage.reads", reads)


def _function(resource: Resource, stack: Stack) -> Iterator[Line]:
    calls = stack.usage.calls
    memory = float(resource.inputs.get("memorySize", 128)) / 1024
    machine = next(iter(resource.inputs.get("architectures") or ["x86_64"]))
    seconds = stack.usage.function_seconds * calls * memory
    yield line(resource.name, "calls of the function", "function.requests", calls / 1_000_000)
    yield line(resource.name, "time of its calls", f"function.{machine}", seconds)


def _schedule(resource: Resource, stack: Stack) -> Iterator[Line]:
    calls = stack.usage.calls / 1_000_000
    yield line(resource.name, "calls of the schedule", "schedule", calls)


def _secret(resource: Resource, _stack: Stack) -> Iterator[Line]:
    yield line(resource.name, "secret", "secret", 1)


RULES: Final[Mapping[str, Callable[[Resource, Stack], Iterator[Line]]]] = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _composite_alarm,
    "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:codebuild/project:Project": _build,
    "aws:codepipeline/pipeline:Pipeline": _pipeline,
    "aws:ec2/eip:Eip": _address,
    "aws:ec2/flowLog:FlowLog": _flow_log,
    "aws:ec2/natGateway:NatGateway": _nat,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:ecr/repository:Repository": _images,
    "aws:glue/job:Job": _glue,
    "aws:kms/key:Key": _key,
    "aws:lambda/function:Function": _function,
    "aws:mwaa/environment:Environment": _airflow,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:scheduler/schedule:Schedule": _schedule,
    "aws:secretsmanager/secret:Secret": _secret,
}
"""Type -> what it costs."""
