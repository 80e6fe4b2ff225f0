"""What a stack wants of AWS for its Airflow environment, read from the evaluated program. Pure.

The program is the one source of names, so none is repeated here: only how it calls its resources.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.schema import Model
    from ops.graph import Graph, Resource

ENVIRONMENT = "aws:mwaa/environment:Environment"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
STAND_IN = "-id"
"""What the stand-in cloud adds to the program's name of a resource to make its id."""


@dataclass(frozen=True, kw_only=True, order=True)
class Instances:
    """Instances of SageMaker that the models need at once."""

    purpose: str
    """`training job usage` or `endpoint usage`, as quotas call them."""

    type: str
    count: int

    @property
    def quota(self) -> str:
        """The quota's name."""
        return f"{self.type} for {self.purpose}"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What has to be there, by the names that AWS knows."""

    prefix: str
    account: str
    region: str
    partition: str
    environment: str
    airflow_version: str
    airflow_class: str
    bucket: str
    dag_folder: str
    role: str
    key_alias: str
    group: str
    vpc: str
    subnets: tuple[str, ...]
    nat_gateways: int
    gateway_services: tuple[str, ...]
    interface_services: tuple[str, ...]
    instances: tuple[Instances, ...]

    @property
    def environment_arn(self) -> str:
        """The Airflow environment's ARN."""
        return self.arn("airflow", f"environment/{self.environment}")

    @property
    def role_arn(self) -> str:
        """The execution role's ARN."""
        return f"arn:{self.partition}:iam::{self.account}:role/{self.role}"

    @property
    def has_way_out(self) -> bool:
        """Whether private subnets lead to the internet, through NAT gateways."""
        return self.nat_gateways > 0

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def read_wanted(graph: Graph, region: str, account: str, models: Iterable[Model]) -> Wanted:
    """Return what a graph wants that was evaluated with everything known."""
    (environment,) = graph.of_type(ENVIRONMENT)
    asked = environment.inputs
    network = asked["networkConfiguration"]
    endpoints = [resource.inputs for resource in graph.of_type(ENDPOINT)]
    return Wanted(
        prefix=str(graph.outputs["name_prefix"]),
        account=account,
        region=region,
        partition=asked["executionRoleArn"].split(":")[1],
        environment=asked["name"],
        airflow_version=asked["airflowVersion"],
        airflow_class=asked["environmentClass"],
        bucket=asked["sourceBucketArn"].rsplit(":", 1)[-1],
        dag_folder=asked["dagS3Path"],
        role=asked["executionRoleArn"].rsplit("/", 1)[-1],
        key_alias=_alias_of(graph, asked["kmsKey"]),
        group=_named(graph, network["securityGroupIds"][0]).inputs["name"],
        vpc=_tag(_named(graph, _subnet(graph, network, 0).inputs["vpcId"])),
        subnets=tuple(_tag(_named(graph, subnet)) for subnet in network["subnetIds"]),
        nat_gateways=len(graph.of_type("aws:ec2/natGateway:NatGateway")),
        gateway_services=_services(endpoints, "Gateway"),
        interface_services=_services(endpoints, "Interface"),
        instances=_instances(graph, models),
    )


def _named(graph: Graph, stand_in_id: str) -> Resource:
    return graph.named(stand_in_id.removesuffix(STAND_IN))


def _subnet(graph: Graph, network: Mapping[str, Any], number: int) -> Resource:
    return _named(graph, network["subnetIds"][number])


def _tag(resource: Resource) -> str:
    return str(resource.inputs["tags"]["Name"])


def _alias_of(graph: Graph, key_arn: str) -> str:
    key = key_arn.rsplit("/", 1)[-1]
    (alias,) = [
        alias.inputs["name"]
        for alias in graph.of_type("aws:kms/alias:Alias")
        if alias.inputs["targetKeyId"] == key
    ]
    return str(alias)


def _services(endpoints: list[Mapping[str, Any]], kind: str) -> tuple[str, ...]:
    return tuple(
        sorted(one["serviceName"] for one in endpoints if one.get("vpcEndpointType") == kind)
    )


def _instances(graph: Graph, models: Iterable[Model]) -> tuple[Instances, ...]:
    """Return the instances of all models at once: each may be retrained, and all are served."""
    settings = json.loads(graph.named("dags-object").inputs["content"])
    counts: dict[tuple[str, str], int] = {}
    for model in models:
        training = settings["training_instance_type"] or model.training.instance_type
        endpoint = settings["endpoint_instance_type"] or model.endpoint.instance_type
        for purpose, kind, count in (
            ("training job usage", training, model.training.instance_count),
            ("endpoint usage", endpoint, model.endpoint.instance_count),
        ):
            counts[purpose, kind] = counts.get((purpose, kind), 0) + count
    return tuple(
        Instances(purpose=purpose, type=kind, count=count)
        for (purpose, kind), count in sorted(counts.items())
    )
