"""An Airflow that answers as a test tells it, and the account that an MWAA environment needs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.airflow.rest import AirflowUnreachableError, Answer
from twin.airflow.settings import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud
    from twin.settings import Workspace

AIRFLOW_BUCKET = "twin-airflow"
SERVICES = ["airflow.amazonaws.com", "airflow-env.amazonaws.com"]
PRIVATE = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


@dataclass
class FakeAirflow:
    """Answers requests from a list; remembers what it was asked."""

    workspace: Workspace
    ready: bool = True
    url: str = "http://127.0.0.1:8080"
    username: str = "admin"
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    tasks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    log: list[str] = field(default_factory=list[str])
    asked: list[tuple[str, str, object]] = field(default_factory=list[tuple[str, str, object]])
    credentials: dict[str, str] = field(default_factory=dict[str, str])
    refreshed: int = 0
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.places = Places(self.workspace)
        for folder in (self.places.dags, self.places.tasks, self.places.parsing):
            folder.mkdir(parents=True)

    def request(
        self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None
    ) -> Answer:
        self.asked.append((method, path, body or query))
        if path == "/unreachable":
            raise AirflowUnreachableError("Airflow does not answer")
        return self.answers.get(path, Answer(404, {"detail": "not found"}))

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        del dag_id, run_id
        return self.tasks

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1) -> list[str]:
        del dag_id, run_id, task_id, try_number
        return self.log

    def use_credentials(self, variables: Mapping[str, str]) -> None:
        self.credentials = dict(variables)

    def refresh_dags(self) -> None:
        self.refreshed += 1


def trust(*services: str) -> str:
    """Return the document that lets services assume a role."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": list(services)},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_bucket(cloud: Cloud, name: str) -> None:
    """Make a bucket that MWAA takes."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=PRIVATE)


def environment_request(cloud: Cloud) -> dict[str, Any]:
    """Make what an environment needs; return the request that creates it."""
    make_bucket(cloud, AIRFLOW_BUCKET)
    role = cloud.client("iam").create_role(
        RoleName="airflow", AssumeRolePolicyDocument=trust(*SERVICES)
    )["Role"]
    ec2 = cloud.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="airflow", Description="a", VpcId=network)
    subnets = [
        ec2.create_subnet(VpcId=network, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)
        for number, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    return {
        "Name": "mlops-twin",
        "AirflowVersion": "3.2.1",
        "ExecutionRoleArn": role["Arn"],
        "SourceBucketArn": f"arn:aws:s3:::{AIRFLOW_BUCKET}",
        "DagS3Path": "dags",
        "NetworkConfiguration": {
            "SubnetIds": [one["Subnet"]["SubnetId"] for one in subnets],
            "SecurityGroupIds": [group["GroupId"]],
        },
        "LoggingConfiguration": {"TaskLogs": {"Enabled": True, "LogLevel": "INFO"}},
        "Tags": {"project": "mlops"},
    }
