"""A stack that wants something of AWS, and an account that has it all: what tests change."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.load import load_models
from ops.preflight.snapshot import (
    Bucket,
    Endpoint,
    Environment,
    Group,
    GroupRule,
    Key,
    NatGateway,
    Quota,
    Role,
    Route,
    Snapshot,
    Subnet,
    Vpc,
)
from ops.preflight.wanted import Wanted, read_wanted
from ops.program import StandInCloud, evaluate

if TYPE_CHECKING:
    from ops.graph import Graph

ROOT = Path(__file__).resolve().parents[4]
ACCOUNT, REGION = "123456789012", "us-east-1"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/deployer"
VPC, AIRFLOW, ENDPOINTS = "vpc-1", "sg-airflow", "sg-endpoints"
BLOCK = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
CLOSED = {"mlops:egress": "endpoints", "mlops:webserverAccess": "private"}


@cache
def graph(*, closed: bool = False) -> Graph:
    """Return the dev stack, with or without a way out of its network."""
    return evaluate(ROOT, "dev", StandInCloud(), values=CLOSED if closed else None)


@cache
def wanted(*, closed: bool = False) -> Wanted:
    """Return what the dev stack wants."""
    models = load_models(ROOT / "models").values()
    return read_wanted(graph(closed=closed), REGION, ACCOUNT, models)


def snapshot(*, closed: bool = False) -> Snapshot:
    """Return an account that has all of it, with the program's own policies."""
    asked = wanted(closed=closed)
    return Snapshot(
        caller=DEPLOYER,
        bucket=Bucket(
            name=asked.bucket,
            region=REGION,
            versioning="Enabled",
            public_access_block=BLOCK,
            account_block={},
        ),
        vpc=Vpc(id=VPC, dns_support=True, dns_hostnames=True),
        subnets=(subnet(0, closed=closed), subnet(1, closed=closed)),
        nat_gateways=() if closed else (nat_gateway(),),
        endpoints=endpoints(asked),
        endpoint_groups=(endpoint_group(),),
        offered_services=frozenset((*asked.gateway_services, *asked.interface_services)),
        group=airflow_group(),
        role=role(closed=closed),
        key=key(closed=closed),
        environment=environment(asked, closed=closed),
        instance_quotas=tuple(Quota(limit=one.count) for one in asked.instances),
        quotas={
            name: Quota(limit=5) for name in ("addresses", "environments", "nat-gateways", "vpcs")
        },
    )


def endpoint_group() -> Group:
    """Return the endpoints' security group, open to Airflow."""
    return Group(
        id=ENDPOINTS,
        vpc=VPC,
        ingress=(rule(protocol="tcp", port=443, groups=AIRFLOW),),
        egress=(),
    )


def airflow_group() -> Group:
    """Return Airflow's security group, open to itself and to what is within the network."""
    return Group(
        id=AIRFLOW,
        vpc=VPC,
        ingress=(rule(groups=AIRFLOW),),
        egress=(rule(cidrs="10.42.0.0/16"),),
    )


def environment(asked: Wanted, *, closed: bool = False) -> Environment:
    """Return the Airflow environment, which works."""
    return Environment(
        status="AVAILABLE",
        version=asked.airflow_version,
        subnets=("subnet-0", "subnet-1"),
        key=key_arn(closed=closed),
    )


def route(target: str, destination: str = "0.0.0.0/0", state: str = "active") -> Route:
    """Return a route, everywhere unless said otherwise."""
    return Route(destination=destination, target=target, state=state)


LOCAL = route("local", "10.42.0.0/16")


def subnet(number: int, *, closed: bool = False, **changes: Any) -> Subnet:
    """Return one of the two private subnets."""
    found = Subnet(
        id=f"subnet-{number}",
        zone=f"us-east-1{'ab'[number]}",
        vpc=VPC,
        gives_out_addresses=False,
        free_addresses=4000,
        route_table=f"rtb-{number}",
        routes=(LOCAL,) if closed else (LOCAL, route("nat-0")),
    )
    return replace(found, **changes)


def nat_gateway(**changes: Any) -> NatGateway:
    """Return the NAT gateway, in a public subnet."""
    found = NatGateway(id="nat-0", state="available", routes=(LOCAL, route("igw-1")))
    return replace(found, **changes)


def endpoints(asked: Wanted) -> tuple[Endpoint, ...]:
    """Return every endpoint that is wanted."""
    gateways = [
        endpoint(service, "Gateway", route_tables=frozenset({"rtb-0", "rtb-1"}))
        for service in asked.gateway_services
    ]
    interfaces = [
        endpoint(
            service,
            "Interface",
            subnets=frozenset({"subnet-0", "subnet-1"}),
            groups=frozenset({ENDPOINTS}),
            private_dns=True,
        )
        for service in asked.interface_services
    ]
    return (*gateways, *interfaces)


def endpoint(service: str, kind: str, **changes: Any) -> Endpoint:
    """Return an endpoint that is available."""
    found = Endpoint(
        id=f"vpce-{service.rsplit('.', 1)[-1]}",
        service=service,
        kind=kind,
        state="available",
        subnets=frozenset(),
        route_tables=frozenset(),
        groups=frozenset(),
        private_dns=False,
    )
    return replace(found, **changes)


def rule(
    protocol: str = "-1", port: int | None = None, groups: str = "", cidrs: str = ""
) -> GroupRule:
    """Return a security group's rule."""
    return GroupRule(
        protocol=protocol,
        from_port=port,
        to_port=port,
        groups=frozenset({groups} if groups else ()),
        cidrs=frozenset({cidrs} if cidrs else ()),
    )


def role(*, closed: bool = False) -> Role:
    """Return the execution role as the program makes it."""
    stack = graph(closed=closed)
    return Role(
        arn=wanted(closed=closed).role_arn,
        trust=json.loads(stack.named("airflow-access-role").inputs["assumeRolePolicy"]),
        policies=(json.loads(stack.named("airflow-access-policy").inputs["policy"]),),
    )


def key_arn(*, closed: bool = False) -> str:
    """Return the ARN of the environment's key."""
    return graph(closed=closed).named("airflow-environment").inputs["kmsKey"]


def key(*, closed: bool = False) -> Key:
    """Return the environment's key as the program makes it."""
    policy = graph(closed=closed).named("keys-data").inputs["policy"]
    return Key(arn=key_arn(closed=closed), state="Enabled", policy=json.loads(policy))
