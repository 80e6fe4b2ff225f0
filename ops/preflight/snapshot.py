"""What is there on AWS, as far as the checks look: plain data, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]
"""A policy document."""


@dataclass(frozen=True)
class Gap:
    """A part that nothing can be said of.

    Attributes:
        reason: Why not.
        unreadable: Whether it could not be asked for; otherwise it is not there.
    """

    reason: str
    unreadable: bool = False


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """The Airflow environment's bucket."""

    name: str
    region: str
    versioning: str
    """`Enabled`, `Suspended`, or empty where it never was."""

    public_access_block: Mapping[str, bool]
    """Empty where there is none."""

    account_block: Mapping[str, bool]
    """The account's own, which counts as well."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where traffic to a destination goes, and whether it arrives."""

    destination: str
    target: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet with the routes that it follows."""

    id: str
    zone: str
    vpc: str
    gives_out_addresses: bool
    free_addresses: int
    route_table: str
    routes: tuple[Route, ...]


@dataclass(frozen=True, kw_only=True)
class NatGateway:
    """A NAT gateway, and the routes of the subnet that it lies in."""

    id: str
    state: str
    routes: tuple[Route, ...]


@dataclass(frozen=True, kw_only=True)
class Vpc:
    """The network, as far as names are resolved in it."""

    id: str
    dns_support: bool
    dns_hostnames: bool


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A VPC endpoint."""

    id: str
    service: str
    kind: str
    state: str
    subnets: frozenset[str]
    route_tables: frozenset[str]
    groups: frozenset[str]
    private_dns: bool


@dataclass(frozen=True, kw_only=True)
class GroupRule:
    """What a security group lets pass."""

    protocol: str
    from_port: int | None
    to_port: int | None
    groups: frozenset[str]
    cidrs: frozenset[str]

    def covers(self, port: int) -> bool:
        """Tell whether TCP traffic to a port passes."""
        if self.protocol == "-1":
            return True
        low, high = self.from_port, self.to_port
        return self.protocol == "tcp" and low is not None and low <= port <= (high or low)


@dataclass(frozen=True, kw_only=True)
class Group:
    """A security group."""

    id: str
    vpc: str
    ingress: tuple[GroupRule, ...]
    egress: tuple[GroupRule, ...]


@dataclass(frozen=True, kw_only=True)
class Role:
    """The environment's execution role, with all that has a say in what it may."""

    arn: str
    trust: Document
    policies: tuple[Document, ...]
    boundary: Document | None = None


@dataclass(frozen=True, kw_only=True)
class Key:
    """The key that encrypts the environment."""

    arn: str
    state: str
    policy: Document


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The Airflow environment."""

    status: str
    version: str
    subnets: tuple[str, ...]
    key: str
    last_error: str = ""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How many of something an account may have, has, and how many of these are the stack's."""

    limit: float
    used: int = 0
    ours: int = 0


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everything that the checks look at; each part may be missing."""

    caller: str
    bucket: Bucket | Gap
    vpc: Vpc | Gap
    subnets: tuple[Subnet, ...] | Gap
    nat_gateways: tuple[NatGateway, ...] | Gap
    endpoints: tuple[Endpoint, ...] | Gap
    endpoint_groups: tuple[Group, ...] | Gap
    offered_services: frozenset[str] | Gap
    group: Group | Gap
    role: Role | Gap
    key: Key | Gap
    environment: Environment | Gap
    instance_quotas: tuple[Quota, ...] | Gap
    """One for each of the instances that are wanted, in that order."""

    quotas: Mapping[str, Quota | Gap] = field(default_factory=dict[str, "Quota | Gap"])
