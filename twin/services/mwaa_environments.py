"""The environments of MWAA in the twin: one, since the twin runs one Airflow."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from twin.airflow.settings import AIRFLOW_VERSION
from twin.services.mwaa_rules import LEAST_WORKERS, MOST_WORKERS, check
from twin.services.rest_json import not_found, validation_error

if TYPE_CHECKING:
    from twin.cloud import Cloud
    from twin.services.rest_json import Parameters

Environment = Mapping[str, Any]

DEFAULTS: Final = {
    "AirflowVersion": AIRFLOW_VERSION,
    "EndpointManagement": "SERVICE",
    "EnvironmentClass": "mw1.small",
    "MaxWebservers": 2,
    "MaxWorkers": MOST_WORKERS,
    "MinWebservers": 2,
    "MinWorkers": LEAST_WORKERS,
    "Schedulers": 2,
    "WebserverAccessMode": "PRIVATE_ONLY",
    "WeeklyMaintenanceWindowStart": "SUN:02:00",
}
"""What the service chooses for members that a request leaves out."""

LOGS: Final = {
    "DagProcessingLogs": "DAGProcessing",
    "SchedulerLogs": "Scheduler",
    "TaskLogs": "Task",
    "WebserverLogs": "WebServer",
    "WorkerLogs": "Worker",
}
"""The ends of the log groups' names, by the members that switch them on."""


def log_group(environment: str, kind: str) -> str:
    """Return the name of one of an environment's log groups."""
    return f"airflow-{environment}-{kind}"


def new_environment(cloud: Cloud, wanted: Parameters, webserver: str) -> dict[str, Any]:
    """Return the environment that a request describes.

    Raises:
        ServiceError: AWS would not create it, or the twin can't run it.
    """
    check(cloud.client, wanted)
    arn = f"arn:aws:airflow:{cloud.region}:{cloud.account}:environment/{wanted['Name']}"
    return {
        **DEFAULTS,
        **wanted,
        "Arn": arn,
        "CreatedAt": datetime.now(UTC),
        "Status": "AVAILABLE",
        "WebserverUrl": webserver,
        "ServiceRoleArn": f"arn:aws:iam::{cloud.account}:role/aws-service-role/"
        "airflow.amazonaws.com/AWSServiceRoleForAmazonMWAA",
        "CeleryExecutorQueue": f"arn:aws:sqs:{cloud.region}:{cloud.account}:"
        f"airflow-celery-{uuid.uuid4()}",
        "LoggingConfiguration": with_log_groups(cloud, wanted),
    }


def with_log_groups(cloud: Cloud, wanted: Parameters) -> dict[str, Any]:
    """Return which logs are wanted, all five, each with the group that it goes to."""
    groups = f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:"
    asked = wanted.get("LoggingConfiguration", {})
    switched_off = {"Enabled": False, "LogLevel": "INFO"}
    return {
        member: {
            **asked.get(member, switched_off),
            "CloudWatchLogGroupArn": groups + log_group(wanted["Name"], kind),
        }
        for member, kind in LOGS.items()
    }


@dataclass
class Environments:
    """The environments of the account, by name."""

    found: dict[str, dict[str, Any]]

    def get(self, name: str) -> dict[str, Any]:
        """Return an environment.

        Raises:
            ServiceError: there is none of that name.
        """
        if name not in self.found:
            raise not_found(f"Environment {name} not found")
        return self.found[name]

    def of_arn(self, arn: str) -> dict[str, Any]:
        """Return an environment by its ARN.

        Raises:
            ServiceError: there is none of that ARN.
        """
        return self.get(arn.rpartition("/")[2])

    def add(self, environment: dict[str, Any]) -> None:
        """Take in a new environment."""
        self.found[environment["Name"]] = environment

    def require_free(self, name: str) -> None:
        """Refuse a name in use, and a second environment.

        Raises:
            ServiceError: says which environment is in the way.
        """
        if name in self.found:
            raise validation_error(f"Environment {name} already exists")
        if self.found:
            other = next(iter(self.found))
            raise validation_error(f"the twin runs one Airflow, which the environment {other} has")


def as_tags(environment: Environment) -> dict[str, str]:
    """Return a copy of an environment's tags."""
    return dict(cast("Mapping[str, str]", environment.get("Tags", {})))
