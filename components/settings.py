"""What a stack can be told: read once, checked at once. The only reader of `pulumi.Config`.

Defaults and descriptions stand in `Pulumi.yaml`, the values of a stack in `Pulumi.<stack>.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime import config as pulumi_config

from components.errors import ProgramError
from components.given import Form, Given

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from components.given import Read

AIRFLOW_CLASSES = tuple(
    f"mw1.{size}" for size in ("micro", "small", "medium", "large", "xlarge", "2xlarge")
)
ETL_ENGINES = ("auto", "duckdb", "spark")
GLUE_WORKERS = ("G.1X", "G.2X", "G.4X", "G.8X")
EGRESS = ("nat", "endpoints")
WEBSERVER_ACCESS = ("public", "private")
SOURCES = ("codecommit", "connection")
CONNECTION_PROVIDERS = ("GitHub", "GitLab", "Bitbucket")
RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653)
"""The days that CloudWatch Logs can keep a log for."""

REGION = Form(r"[a-z]{2}(-[a-z]+)+-\d", "a region such as eu-central-1")
AIRFLOW_VERSION = Form(r"3\.\d+\.\d+", "a version such as 3.2.1")
BRANCH = Form(
    r"(?!HEAD$)(?!.*(\.\.|//|/\.|\.lock(/|$)|[./]$))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}",
    "a branch such as main",
)
"""What git takes for a branch's name (`git check-ref-format`), of plain characters."""

MAINTENANCE_WINDOW = Form(
    r"(MON|TUE|WED|THU|FRI|SAT|SUN):([01]\d|2[0-3]):(00|30)",
    "a weekday and a half hour in UTC, such as SUN:03:30",
)
POLICY_ARN = Form(
    r"(arn:aws[a-z-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]+)?",
    "the ARN of an IAM policy, or ''",
)
CONNECTION_ARN = Form(
    r"(arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/[\w-]+)?",
    "a connection's ARN, or ''",
)
REPOSITORY_PATH = Form(r"([\w.-]+(/[\w.-]+)+)?", "owner/name of the connection's repository, or ''")
EMAIL = Form(r"([^@\s]+@[^@\s]+\.[^@\s]+)?", "an e-mail address, or ''")


class SettingsError(ProgramError):
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
class Usage:
    """How much a stack is used in a month: what its cost is estimated from, and nothing else."""

    retrainings: int
    etl_minutes: int
    training_minutes: int
    stored_gb: int


@dataclass(frozen=True, kw_only=True)
class Etl:
    """How the Glue job runs; none of it changes what a run makes."""

    engine: str
    duckdb_gb: int
    worker_type: str
    workers: int
    auto_scaling: bool
    metrics: bool
    concurrent_runs: int
    timeout_minutes: int


@dataclass(frozen=True, kw_only=True)
class StackSettings:
    """The settings of one stack; each is described in `Pulumi.yaml`."""

    prefix: str
    region: str
    branch: str
    source: str
    source_repository: str
    connection_provider: str
    connection_arn: str | None
    review_pull_requests: bool
    vpc_cidr: str
    egress: str
    nat_per_zone: bool
    webserver_access: str
    permissions_boundary: str | None
    protect: bool
    airflow_version: str
    airflow_class: str
    airflow_min_workers: int
    airflow_max_workers: int
    maintenance_window: str
    deferrable: bool
    poll_seconds: float
    trigger_concurrency: int | None
    reconcile_minutes: int
    etl: Etl
    training_instance_type: str | None
    endpoint_instance_type: str | None
    log_retention_days: int
    version_retention_days: int
    alarm_email: str | None
    alarm_email_is_secret: bool
    monthly_budget: int
    usage: Usage

    @classmethod
    def load(cls) -> StackSettings:
        """Return the settings of the stack that is being deployed.

        Raises:
            SettingsError: With every problem there is.
        """
        project, stack = pulumi.get_project(), pulumi.get_stack()
        keys = _given_keys()
        encrypted = {key for key in keys if pulumi_config.is_config_secret(key)}
        return read_settings(_read_config, project, stack, keys=keys, encrypted=encrypted)


def read_settings(
    read: Read,
    project: str,
    stack: str,
    *,
    keys: Iterable[str] = (),
    encrypted: Collection[str] = (),
) -> StackSettings:
    """Return the settings that `read` knows.

    Args:
        read: Answers by full key.
        project: Whose settings they are: the namespace of the keys.
        stack: Names the stack's file.
        keys: Every key that was given; those of the project that are no setting are refused.
        encrypted: The keys that are encrypted in the stack's file.

    Raises:
        SettingsError: With every problem there is.
    """
    given = Given(read, project, encrypted)
    settings = _read(given, stack)
    given.refuse_unknown(keys)
    problems = (*given.problems, *_combinations(settings, given))
    if problems:
        raise SettingsError(stack, problems)
    return settings


def _read(given: Given, stack: str) -> StackSettings:
    return StackSettings(
        prefix=given.prefix(stack),
        region=given.text("aws:region", REGION),
        branch=given.text("branch", BRANCH),
        source=given.choice("source", SOURCES),
        source_repository=given.text("sourceRepository", REPOSITORY_PATH),
        connection_provider=given.choice("connectionProvider", CONNECTION_PROVIDERS),
        connection_arn=given.optional("connectionArn", CONNECTION_ARN),
        review_pull_requests=given.flag("reviewPullRequests"),
        vpc_cidr=given.network("vpcCidr"),
        egress=given.choice("egress", EGRESS),
        nat_per_zone=given.flag("natPerZone"),
        webserver_access=given.choice("webserverAccess", WEBSERVER_ACCESS),
        permissions_boundary=given.optional("permissionsBoundary", POLICY_ARN),
        protect=given.flag("protect"),
        airflow_version=given.text("airflowVersion", AIRFLOW_VERSION),
        airflow_class=given.choice("airflowClass", AIRFLOW_CLASSES),
        airflow_min_workers=given.whole("airflowMinWorkers", range(1, 26)),
        airflow_max_workers=given.whole("airflowMaxWorkers", range(1, 26)),
        maintenance_window=given.text("maintenanceWindow", MAINTENANCE_WINDOW),
        deferrable=given.flag("deferrable"),
        poll_seconds=given.seconds("pollSeconds"),
        trigger_concurrency=given.whole("triggerConcurrency", range(1001)) or None,
        reconcile_minutes=given.whole("reconcileMinutes", range(5, 1441)),
        etl=_etl(given),
        training_instance_type=given.instance_type("trainingInstanceType"),
        endpoint_instance_type=given.instance_type("endpointInstanceType"),
        log_retention_days=given.whole("logRetentionDays", RETENTION_DAYS),
        version_retention_days=given.whole("versionRetentionDays", range(1, 3651)),
        alarm_email=given.private_text("alarmEmail", EMAIL) or None,
        alarm_email_is_secret=given.is_encrypted("alarmEmail"),
        monthly_budget=given.whole("monthlyBudget", range(1_000_001)),
        usage=_usage(given),
    )


def _etl(given: Given) -> Etl:
    return Etl(
        engine=given.choice("etlEngine", ETL_ENGINES),
        duckdb_gb=given.whole("etlDuckdbGb", range(1, 1001)),
        worker_type=given.choice("etlWorkerType", GLUE_WORKERS),
        workers=given.whole("etlWorkers", range(2, 300)),
        auto_scaling=given.flag("etlAutoScaling"),
        metrics=given.flag("etlMetrics"),
        concurrent_runs=given.whole("etlConcurrentRuns", range(1, 201)),
        timeout_minutes=given.whole("etlTimeoutMinutes", range(1, 10081)),
    )


def _usage(given: Given) -> Usage:
    most = range(1_000_001)
    return Usage(
        retrainings=given.whole("usageRetrainings", most),
        etl_minutes=given.whole("usageEtlMinutes", most),
        training_minutes=given.whole("usageTrainingMinutes", most),
        stored_gb=given.whole("usageStoredGb", most),
    )


def _read_config(key: str) -> str | None:
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)


def _given_keys() -> set[str]:
    """Return every key that the engine handed over; `pulumi.Config` has no way to list them."""
    return {*pulumi_config.CONFIG.get(), *pulumi_config.get_config_env()}


def _combinations(settings: StackSettings, given: Given) -> tuple[str, ...]:
    """Return what is allowed by itself and not together."""
    checks = (_airflow_problems, _network_problems, _source_problems)
    return tuple(problem for check in checks for problem in check(settings, given))


def _airflow_problems(settings: StackSettings, given: Given) -> tuple[str, ...]:
    least, most = settings.airflow_min_workers, settings.airflow_max_workers
    problems: list[str] = []
    if least > most > 0:
        key, other = given.key("airflowMinWorkers"), given.key("airflowMaxWorkers")
        problems.append(f"{key} is {least}; expected at most {other}, which is {most}")
    if settings.airflow_class == "mw1.micro" and most > 1:
        problems.append(
            f"{given.key('airflowMaxWorkers')} is {most}; expected 1, "
            f"as {given.key('airflowClass')} mw1.micro has one worker"
        )
    return tuple(problems)


def _network_problems(settings: StackSettings, given: Given) -> tuple[str, ...]:
    if settings.egress != "endpoints":
        return ()
    problems: list[str] = []
    if settings.webserver_access == "public":
        problems.append(
            f"{given.key('webserverAccess')} is 'public'; expected 'private', as "
            f"{given.key('egress')} 'endpoints' leaves no way to or from the internet"
        )
    if settings.nat_per_zone:
        problems.append(
            f"{given.key('natPerZone')} is 'true'; expected 'false', as "
            f"{given.key('egress')} 'endpoints' has no NAT gateway"
        )
    return tuple(problems)


def _source_problems(settings: StackSettings, given: Given) -> tuple[str, ...]:
    by_connection = settings.source == "connection"
    problems: list[str] = []
    if by_connection and not settings.source_repository:
        problems.append(
            f"{given.key('sourceRepository')} is ''; expected owner/name, as "
            f"{given.key('source')} is 'connection'"
        )
    if by_connection and settings.review_pull_requests:
        problems.append(
            f"{given.key('reviewPullRequests')} is 'true'; expected 'false', as it is for "
            f"CodeCommit and {given.key('source')} is 'connection' (use the repository's workflows)"
        )
    return tuple(problems)
