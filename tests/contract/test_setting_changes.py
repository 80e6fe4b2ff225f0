"""A change of a setting changes the resources that it should, and no other."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ops.graph_json import graph_from_json, graph_to_json
from ops.preview.comparison import compare
from ops.program import Graph, StandInCloud, evaluate
from ops.stack_files import read_stack_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.preview.comparison import Kind

ROOT = Path(__file__).resolve().parents[2]
POLICY = "arn:aws:iam::123456789012:policy/boundary"
CONNECTION = "arn:aws:codeconnections:us-east-1:123456789012:connection/0"

# What a setting needs beside it, before and after it changes.
BESIDE: Mapping[str, dict[str, str]] = {
    "connectionArn": {"source": "connection", "sourceRepository": "owner/name"},
    "connectionProvider": {"source": "connection", "sourceRepository": "owner/name"},
    "egress": {"webserverAccess": "private"},
    "source": {"sourceRepository": "owner/name"},
    "sourceRepository": {"source": "connection", "sourceRepository": "owner/name"},
}

ENVIRONMENT: dict[Kind, str] = {"changed": "airflow-environment"}
DAG_SETTINGS: dict[Kind, str] = {"changed": "dags-object"}
JOB: dict[Kind, str] = {"changed": "etl-job"}
NOTHING: dict[Kind, str] = {}
PIPELINE = "build-pipeline build-*-access-policy"

# Setting -> another value, and what becomes of which resources of dev (patterns of names).
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
    "connectionProvider": ("GitLab", {"replaced": "build-connection"}),
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
    "etlWorkerType": ("G.2X", JOB),
    "etlWorkers": ("5", JOB),
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


@cache
def stack(values: tuple[tuple[str, str], ...]) -> Graph:
    """Return the dev stack with these settings, as plain as a preview compares it."""
    given = {f"mlops:{name}": value for name, value in values}
    return graph_from_json(
        graph_to_json(evaluate(ROOT, "dev", StandInCloud(), values=given), ROOT, str)
    )


def test_every_setting_has_its_changes_here() -> None:
    own = (key for key in read_stack_config(ROOT, "dev").values if key.startswith("mlops:"))

    assert {key.removeprefix("mlops:") for key in own} == set(CHANGES)


@pytest.mark.parametrize("setting", CHANGES)
def test_a_setting_changes_what_it_should_and_nothing_else(setting: str) -> None:
    value, expected = CHANGES[setting]
    beside = BESIDE.get(setting, {})

    changes = compare(
        stack(tuple(sorted(beside.items()))),
        stack(tuple(sorted({**beside, setting: value}.items()))),
    ).changes

    found = {(change.kind, change.name) for change in changes}
    wanted = {(kind, each) for kind, patterns in expected.items() for each in patterns.split()}
    unexpected = {
        (kind, name)
        for kind, name in found
        if not any(kind == other and fnmatchcase(name, each) for other, each in wanted)
    }
    missing = {
        (kind, each)
        for kind, each in wanted
        if not any(kind == other and fnmatchcase(name, each) for other, name in found)
    }
    assert (unexpected, missing) == (set(), set())
