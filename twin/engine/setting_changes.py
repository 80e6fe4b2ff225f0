"""What a change of each setting does to a stack: one table, held twice.

A contract test holds the evaluated program to it, setting by setting. The story under the real
engine previews the same changes, several at once: those of a group have no resource in common, so
each resource that the engine names belongs to one setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.preview.comparison import Kind

POLICY = "arn:aws:iam::123456789012:policy/boundary"
CONNECTION = "arn:aws:codeconnections:us-east-1:123456789012:connection/0"

ENVIRONMENT: dict[Kind, str] = {"changed": "airflow-environment"}
DAG_SETTINGS: dict[Kind, str] = {"changed": "dags-object"}
JOB: dict[Kind, str] = {"changed": "etl-job"}
NOTHING: dict[Kind, str] = {}
PIPELINE = "build-pipeline build-*-access-policy"

CHANGES: Mapping[str, tuple[str, dict[Kind, str]]] = {
    "branch": ("trunk", {"changed": "build-pipeline build-push-rule"}),
    "source": (
        "connection",
        {
            "added": "build-connection",
            "changed": f"{PIPELINE} monitoring-dashboard",
            "deleted": "build-repository build-push-rule build-start-* "
            "monitoring-pipeline-events-dead-letters",
        },
    ),
    "sourceRepository": ("another/name", {"changed": PIPELINE}),
    "connectionProvider": ("GitLab", {"changed": PIPELINE, "replaced": "build-connection"}),
    "connectionArn": (CONNECTION, {"changed": PIPELINE, "deleted": "build-connection"}),
    "reviewPullRequests": (
        "true",
        {"added": "review-* monitoring-review-*", "changed": "monitoring-dashboard"},
    ),
    "vpcCidr": (
        "10.50.0.0/16",
        {
            "changed": "airflow-access-policy dags-object hosting-*-access-policy network-internet",
            "replaced": "airflow-environment network-*",
        },
    ),
    "egress": (
        "endpoints",
        {
            "added": "network-endpoints-* network-airflow-to-s3",
            "deleted": "network-nat-* network-public-* network-private-?-default network-internet "
            "network-airflow-to-aws",
        },
    ),
    "natPerZone": (
        "true",
        {"added": "network-nat-1 network-nat-1-address", "changed": "network-private-1-default"},
    ),
    "webserverAccess": (
        "private",
        {
            "added": "network-trigger* network-endpoints-*",
            "changed": "airflow-environment trigger-function trigger-access-policy",
        },
    ),
    "permissionsBoundary": (POLICY, {"changed": "*-access-role"}),
    "protect": (
        "true",
        {"changed": "airflow-environment build-images build-repository keys-* storage-*"},
    ),
    "airflowVersion": ("3.3.1", ENVIRONMENT),
    "airflowClass": ("mw1.large", ENVIRONMENT),
    "airflowMinWorkers": ("2", ENVIRONMENT),
    "airflowMaxWorkers": ("3", ENVIRONMENT),
    "maintenanceWindow": ("MON:04:00", ENVIRONMENT),
    "deferrable": ("false", DAG_SETTINGS),
    "pollSeconds": ("20", DAG_SETTINGS),
    "triggerConcurrency": ("5", {"changed": "trigger-function"}),
    "reconcileMinutes": ("30", {"changed": "trigger-schedule-rule"}),
    "etlEngine": ("duckdb", JOB),
    "etlDuckdbGb": ("50", JOB),
    "etlWorkerType": ("G.2X", JOB),
    "etlWorkers": ("5", JOB),
    "etlAutoScaling": ("false", JOB),
    "etlMetrics": ("false", JOB),
    "etlConcurrentRuns": ("9", JOB),
    "etlTimeoutMinutes": ("90", JOB),
    "trainingInstanceType": ("ml.c5.large", DAG_SETTINGS),
    "endpointInstanceType": ("ml.c5.large", DAG_SETTINGS),
    "logRetentionDays": ("60", {"changed": "*-logs storage-logs-lifecycle"}),
    "versionRetentionDays": ("30", {"changed": "storage-*-lifecycle"}),
    "alarmEmail": ("somebody@example.org", {"added": "monitoring-email"}),
    "monthlyBudget": ("900", {"changed": "monitoring-budget"}),
    "usageRetrainings": ("9", NOTHING),
    "usageEtlMinutes": ("9", NOTHING),
    "usageTrainingMinutes": ("9", NOTHING),
    "usageStoredGb": ("9", NOTHING),
}
"""Setting -> another value, and what becomes of which resources of dev (patterns of names)."""


@dataclass(frozen=True)
class Form:
    """A form of a stack, and which settings are changed from there, group by group."""

    beside: Mapping[str, str]
    groups: tuple[tuple[str, ...], ...]


FIRST = Form(
    {"sourceRepository": "owner/name"},
    (
        ("source", "webserverAccess", "deferrable", "etlEngine", "usageRetrainings"),
        ("protect", "pollSeconds", "etlWorkerType", "versionRetentionDays", "usageEtlMinutes"),
        ("vpcCidr", "branch", "etlWorkers", "alarmEmail", "usageTrainingMinutes"),
        (
            "airflowVersion",
            "reviewPullRequests",
            "trainingInstanceType",
            "natPerZone",
            "etlAutoScaling",
        ),
        ("airflowClass", "logRetentionDays", "endpointInstanceType", "etlConcurrentRuns"),
    ),
)
SECOND = Form(
    {
        "source": "connection",
        "sourceRepository": "owner/name",
        "webserverAccess": "private",
        "natPerZone": "false",
    },
    (
        ("egress", "connectionProvider", "airflowMinWorkers", "etlTimeoutMinutes"),
        ("connectionArn", "airflowMaxWorkers", "permissionsBoundary", "monthlyBudget",
         "etlDuckdbGb"),
        ("sourceRepository", "maintenanceWindow", "triggerConcurrency", "reconcileMinutes",
         "usageStoredGb", "etlMetrics"),
    ),
)  # fmt: skip
FORMS = (FIRST, SECOND)
"""Some settings have a meaning only beside others: those are changed from the second form."""


def form_of(setting: str) -> Form:
    """Return the form of a stack from which a setting is changed."""
    return next(form for form in FORMS if any(setting in group for group in form.groups))
