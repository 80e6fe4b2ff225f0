"""What a stack can be told: read once, checked at once. The only reader of `pulumi.Config`.

Defaults and descriptions stand in `Pulumi.yaml`, the values of a stack in `Pulumi.<stack>.yaml`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.naming import name_prefix

if TYPE_CHECKING:
    from collections.abc import Callable

    # Returns the text of a setting by its full key (`mlops:branch`), None where it is not set.
    Read = Callable[[str], str | None]

AIRFLOW_CLASSES = tuple(
    f"mw1.{size}" for size in ("micro", "small", "medium", "large", "xlarge", "2xlarge")
)
ETL_ENGINES = ("auto", "duckdb", "spark")
GLUE_WORKERS = ("G.1X", "G.2X", "G.4X", "G.8X")
RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653)
"""The days that CloudWatch Logs can keep a log for."""

REGION = r"[a-z]{2}(-[a-z]+)+-\d"
AIRFLOW_VERSION = r"3\.\d+\.\d+"
BRANCH = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}"
INSTANCE_TYPE = r"(ml\.[a-z0-9-]+\.[a-z0-9]+)?"
VPC_PREFIX_LENGTHS = range(16, 23)


class SettingsError(Exception):
    """Settings that cannot be deployed: all of them, each with what would be allowed."""

    def __init__(self, stack: str, problems: tuple[str, ...]) -> None:
        super().__init__(stack, problems)
        self.stack = stack
        self.problems = problems

    def __str__(self) -> str:
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        return (
            f"The settings of stack {self.stack!r} cannot be deployed:{lines}\n"
            f"do: correct them in Pulumi.{self.stack}.yaml (Pulumi.yaml describes each)"
        )


@dataclass(frozen=True, kw_only=True)
class StackSettings:
    """The settings of one stack; each is described in `Pulumi.yaml`."""

    prefix: str
    region: str
    branch: str
    vpc_cidr: str
    airflow_version: str
    airflow_class: str
    airflow_min_workers: int
    airflow_max_workers: int
    deferrable: bool
    poll_seconds: float
    etl_engine: str
    etl_worker_type: str
    etl_workers: int
    etl_concurrent_runs: int
    etl_timeout_minutes: int
    training_instance_type: str | None
    endpoint_instance_type: str | None
    log_retention_days: int
    version_retention_days: int

    @classmethod
    def load(cls) -> StackSettings:
        """Return the settings of the stack that is being deployed.

        Raises:
            SettingsError: With every problem there is.
        """
        return read_settings(_read_config, pulumi.get_project(), pulumi.get_stack())


def read_settings(read: Read, project: str, stack: str) -> StackSettings:
    """Return the settings that `read` knows.

    Raises:
        SettingsError: With every problem there is.
    """
    given = _Given(read, project)
    settings = StackSettings(
        prefix=given.prefix(stack),
        region=given.text("aws:region", REGION, "a region such as eu-central-1"),
        branch=given.text("branch", BRANCH, "a branch such as main"),
        vpc_cidr=given.network("vpcCidr"),
        airflow_version=given.text("airflowVersion", AIRFLOW_VERSION, "a version such as 3.2.1"),
        airflow_class=given.choice("airflowClass", AIRFLOW_CLASSES),
        airflow_min_workers=given.whole("airflowMinWorkers", range(1, 26)),
        airflow_max_workers=given.whole("airflowMaxWorkers", range(1, 26)),
        deferrable=given.choice("deferrable", ("true", "false")) == "true",
        poll_seconds=given.seconds("pollSeconds"),
        etl_engine=given.choice("etlEngine", ETL_ENGINES),
        etl_worker_type=given.choice("etlWorkerType", GLUE_WORKERS),
        etl_workers=given.whole("etlWorkers", range(2, 300)),
        etl_concurrent_runs=given.whole("etlConcurrentRuns", range(1, 201)),
        etl_timeout_minutes=given.whole("etlTimeoutMinutes", range(1, 10081)),
        training_instance_type=given.instance_type("trainingInstanceType"),
        endpoint_instance_type=given.instance_type("endpointInstanceType"),
        log_retention_days=given.whole("logRetentionDays", RETENTION_DAYS),
        version_retention_days=given.whole("versionRetentionDays", range(1, 3651)),
    )
    problems = (*given.problems, *_combinations(settings, given))
    if problems:
        raise SettingsError(stack, problems)
    return settings


def _read_config(key: str) -> str | None:
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)


def _combinations(settings: StackSettings, given: _Given) -> tuple[str, ...]:
    """Return what is allowed by itself and not together."""
    least, most = settings.airflow_min_workers, settings.airflow_max_workers
    if least > most > 0:
        key, other = given.key("airflowMinWorkers"), given.key("airflowMaxWorkers")
        return (f"{key} is {least}; expected at most {other}, which is {most}",)
    return ()


class _Given:
    """Reads one setting after the other and notes what is wrong with each.

    A setting in trouble reads as a harmless value, so that the others are still looked at.
    """

    def __init__(self, read: Read, project: str) -> None:
        self._read = read
        self._project = project
        self.problems: list[str] = []

    def key(self, name: str) -> str:
        """Return the full key of a setting."""
        return name if ":" in name else f"{self._project}:{name}"

    def prefix(self, stack: str) -> str:
        """Return the name prefix of a stack."""
        try:
            return name_prefix(self._project, stack)
        except ValueError as error:
            self.problems.append(str(error))
            return ""

    def text(self, name: str, pattern: str, expected: str) -> str:
        """Return text that matches the pattern as a whole."""
        value = self._value(name)
        if value is not None and re.fullmatch(pattern, value):
            return value
        self._note(name, value, expected)
        return ""

    def instance_type(self, name: str) -> str | None:
        """Return an instance type of SageMaker, None for empty text."""
        return self.text(name, INSTANCE_TYPE, "an instance type such as ml.m5.large, or ''") or None

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of the choices."""
        expected = "one of " + ", ".join(choices)
        value = self._value(name)
        if value in choices:
            return value
        self._note(name, value, expected)
        return ""

    def whole(self, name: str, allowed: range | tuple[int, ...]) -> int:
        """Return a whole number of those allowed."""
        expected = (
            f"a whole number from {allowed[0]} to {allowed[-1]}"
            if isinstance(allowed, range)
            else "one of " + ", ".join(map(str, allowed))
        )
        value = self._value(name)
        if value is not None and re.fullmatch(r"\d{1,9}", value) and int(value) in allowed:
            return int(value)
        self._note(name, value, expected)
        return 0

    def seconds(self, name: str) -> float:
        """Return a positive number of seconds, an hour at most."""
        expected = "seconds from 0.1 to 3600, in quotes"
        value = self._value(name)
        if value is not None and re.fullmatch(r"\d{1,4}(\.\d{1,3})?", value):
            seconds = float(value)
            if 0.1 <= seconds <= 3600:  # noqa: PLR2004 - the bounds stand in the message
                return seconds
        self._note(name, value, expected)
        return 0.0

    def network(self, name: str) -> str:
        """Return a private IPv4 network that four subnets fit into."""
        lengths = f"/{VPC_PREFIX_LENGTHS[0]} to /{VPC_PREFIX_LENGTHS[-1]}"
        expected = f"a private IPv4 network of {lengths}, such as 10.42.0.0/16"
        value = self._value(name)
        if value is not None and _is_usable_network(value):
            return value
        self._note(name, value, expected)
        return ""

    def _value(self, name: str) -> str | None:
        return self._read(self.key(name))

    def _note(self, name: str, value: str | None, expected: str) -> None:
        found = "not set" if value is None else f"{value!r:.80}"
        self.problems.append(f"{self.key(name)} is {found}; expected {expected}")


def _is_usable_network(value: str) -> bool:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        return False
    return network.is_private and network.prefixlen in VPC_PREFIX_LENGTHS
