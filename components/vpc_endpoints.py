"""Private ways from the network to AWS: which there are, why, and what may pass them.

`SERVICES` is the one list: the program makes endpoints from it, `docs/network.md` shows it, and a
contract test compares it with the clients that our code makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pulumi
import pulumi_aws as aws

from components import policies
from components.security_group import Rule, SecurityGroup, SecurityGroupArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.naming import Names

User = Literal["mwaa", "tasks", "trigger"]
Passing = Literal["anything", "our account", "our environments", "airflow's queues"]


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service that is reached from inside the network.

    Attributes:
        name: As in the endpoint service's name, after the region.
        users: Who reaches it: MWAA itself, the DAGs' tasks, the trigger's function.
        why: What they want of it.
        passing: What the endpoint's policy lets pass. Where MWAA itself acts it does so with
            principals of an account of AWS that nobody is told, and its guide asks for endpoints
            that let everything pass; the roles say what may be done.
        not_in: Regions that are known not to have it.
    """

    name: str
    users: tuple[User, ...]
    why: str
    passing: Passing = "anything"
    not_in: tuple[str, ...] = ()


SERVICES = (
    Service(
        name="airflow.api",
        users=("mwaa",),
        why="MWAA's containers ask for their environment",
        passing="our environments",
    ),
    Service(
        name="airflow.env",
        users=("mwaa", "trigger"),
        why="MWAA's own tokens; the trigger starts DAG runs (InvokeRestApi)",
        passing="our environments",
    ),
    Service(
        name="airflow.ops",
        users=("mwaa",),
        why="MWAA's containers report their health (PublishMetrics)",
        passing="our environments",
        # Reference: "Amazon Managed Workflows for Apache Airflow endpoints and quotas", read as far
        # as its table could be; the preflight asks the region itself.
        not_in=("af-south-1", "us-west-1"),
    ),
    Service(
        name="application-autoscaling",
        users=("tasks",),
        why="tasks let endpoints scale, and release them before an update",
        passing="our account",
    ),
    Service(
        name="ecr.api",
        users=("mwaa", "tasks"),
        why="MWAA finds its own images; a task finds the training image by tag",
    ),
    Service(name="ecr.dkr", users=("mwaa",), why="MWAA pulls its own images"),
    Service(
        name="glue",
        users=("tasks",),
        why="tasks start the ETL and wait for it",
        passing="our account",
    ),
    Service(name="kms", users=("mwaa",), why="MWAA encrypts queue and logs with the stack's key"),
    Service(name="logs", users=("mwaa",), why="task, scheduler, worker and web server logs"),
    Service(
        name="monitoring",
        users=("mwaa", "tasks"),
        why="the environment's metrics; a task looks at the alarms of an endpoint",
    ),
    Service(
        name="sagemaker.api",
        users=("tasks",),
        why="tasks train, register and deploy",
        passing="our account",
    ),
    Service(
        name="sagemaker.runtime",
        users=("tasks",),
        why="a task asks the endpoint that it deployed",
        passing="our account",
    ),
    Service(
        name="sqs",
        users=("mwaa",),
        why="the scheduler hands tasks to workers (Celery)",
        passing="airflow's queues",
    ),
)
"""Every interface endpoint of a network without a way out, and who needs it."""


def needed(egress: str, webserver_access: str, region: str) -> tuple[Service, ...]:
    """Return the services that get an endpoint.

    Without a way out all of them do. With one, a private web server still means that the trigger
    reaches Airflow without leaving the network.
    """
    if egress == "endpoints":
        return tuple(service for service in SERVICES if region not in service.not_in)
    if webserver_access == "private":
        return tuple(service for service in SERVICES if "trigger" in service.users)
    return ()


@dataclass(frozen=True, kw_only=True)
class VpcEndpointsArgs:
    """Which endpoints, and who reaches them.

    Attributes:
        callers: Security groups by the word for who they are; nobody else gets through.
    """

    names: Names
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    services: Sequence[Service]
    callers: Mapping[str, pulumi.Input[str]]


class VpcEndpoints(pulumi.ComponentResource):
    """An interface endpoint in each private subnet for each service, behind one security group."""

    def __init__(
        self, name: str, args: VpcEndpointsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:network:VpcEndpoints", name, None, opts)
        group = self._group(name, args)
        for service in args.services:
            self._endpoint(name, args, group, service)
        self.register_outputs({})

    def _group(self, name: str, args: VpcEndpointsArgs) -> SecurityGroup:
        return SecurityGroup(
            f"{name}-access",
            SecurityGroupArgs(
                names=args.names,
                vpc_id=args.vpc_id,
                step="endpoints",
                description="Endpoints of AWS services: whoever needs one reaches it by HTTPS",
                ingress={
                    caller: Rule(why=f"AWS services, for: {caller}", group=group)
                    for caller, group in args.callers.items()
                },
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _endpoint(
        self, name: str, args: VpcEndpointsArgs, group: SecurityGroup, service: Service
    ) -> None:
        policy = endpoint_policy(args.names, service)
        aws.ec2.VpcEndpoint(
            f"{name}-{service.name.replace('.', '-')}",
            vpc_id=args.vpc_id,
            service_name=service_name(args.names, service.name),
            vpc_endpoint_type="Interface",
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[group.id],
            # The services' usual addresses lead here: no client has to know of endpoints.
            private_dns_enabled=True,
            policy=pulumi.Output.json_dumps(policy) if policy else None,
            tags={**args.names.tags, "Name": args.names.step(service.name.replace(".", "-"))},
            opts=pulumi.ResourceOptions(parent=self),
        )


def service_name(names: Names, service: str) -> str:
    """Return what AWS calls the endpoint service."""
    reverse = "cn.com.amazonaws" if names.partition == "aws-cn" else "com.amazonaws"
    return f"{reverse}.{names.region}.{service}"


def endpoint_policy(names: Names, service: Service) -> dict[str, Any] | None:
    """Return what may pass an interface endpoint; `None` for anything, which is AWS's default."""
    family = service.name.partition(".")[0]
    ours = {"StringEquals": {"aws:PrincipalAccount": names.account}}
    statements = {
        "our account": policies.Statement(
            sid="PassOurAccount",
            principals="*",
            actions=(f"{family}:*",),
            resources=("*",),
            conditions=ours,
        ),
        "our environments": policies.Statement(
            sid="PassToOurEnvironments",
            principals="*",
            actions=("airflow:*",),
            resources=(
                names.arn("airflow", f"environment/{names.airflow_environment}"),
                names.arn("airflow", f"role/{names.airflow_environment}/*"),
            ),
        ),
        "airflow's queues": policies.Statement(
            sid="PassToAirflowsQueues",
            principals="*",
            actions=("sqs:*",),
            resources=(f"arn:{names.partition}:sqs:{names.region}:*:airflow-celery-*",),
        ),
    }
    statement = statements.get(service.passing)
    return policies.document(statement) if statement else None


def s3_policy(names: Names) -> dict[str, Any]:
    """Return what may pass the gateway endpoint: our buckets, and the layers of ECR's images."""
    buckets = (names.data_bucket, names.artifact_bucket, names.airflow_bucket)
    return policies.document(
        policies.Statement(
            sid="PassToOurBuckets",
            principals="*",
            actions=("s3:*",),
            resources=tuple(
                arn
                for bucket in buckets
                for arn in (names.bucket_arn(bucket), *names.objects_arn(bucket, "*"))
            ),
            conditions={"StringEquals": {"aws:PrincipalAccount": names.account}},
        ),
        policies.Statement(
            sid="PassToImageLayers",
            principals="*",
            actions=("s3:GetObject",),
            resources=names.objects_arn(f"prod-{names.region}-starport-layer-bucket", "*"),
        ),
    )
