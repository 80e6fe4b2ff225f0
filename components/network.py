"""The network that the Airflow environment lives in: private, in two zones, with one way out."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names

EVERYWHERE = "0.0.0.0/0"
ZONES = 2
"""MWAA takes exactly two subnets, in two zones, and never others again."""


@dataclass(frozen=True, kw_only=True)
class SubnetPlan:
    """How the network is divided: half of it private, room left for what may come."""

    private: tuple[str, str]
    public: tuple[str, str]


def plan_subnets(vpc_cidr: str) -> SubnetPlan:
    """Return two private quarters of the network and two small public pieces of its third.

    The last quarter stays free: subnets of the Airflow environment can never be moved.
    """
    first, second, third, _free = ipaddress.IPv4Network(vpc_cidr).subnets(prefixlen_diff=2)
    left, right, *_ = third.subnets(prefixlen_diff=2)
    return SubnetPlan(private=(str(first), str(second)), public=(str(left), str(right)))


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What the network needs to know.

    Attributes:
        zones: At least two zones of the region; the first two are used.
    """

    names: Names
    vpc_cidr: str
    zones: Sequence[str]


class Network(pulumi.ComponentResource):
    """Two private and two public subnets, a NAT gateway between them, and S3 without detour.

    One NAT gateway serves both zones: when its zone is out, so is the way to the internet.
    """

    vpc_id: pulumi.Output[str]
    private_subnet_ids: list[pulumi.Output[str]]
    airflow_security_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:network:Network", name, None, opts)
        plan = plan_subnets(args.vpc_cidr)
        vpc = self._vpc(name, args)
        public = self._subnets(name, args, vpc, "public", plan.public)
        private = self._subnets(name, args, vpc, "private", plan.private)
        self._public_routes(name, args, vpc, public)
        self._private_routes(name, args, vpc, private, self._nat(name, args, public[0]))
        group = self._airflow_security_group(name, args, vpc)
        self.vpc_id = vpc.id
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.airflow_security_group_id = group.id
        self.register_outputs({"vpc_id": self.vpc_id})

    def _vpc(self, name: str, args: NetworkArgs) -> aws.ec2.Vpc:
        return aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.vpc_cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags(args, "vpc"),
            opts=self._child(),
        )

    def _subnets(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc, kind: str, cidrs: tuple[str, str]
    ) -> list[aws.ec2.Subnet]:
        return [
            aws.ec2.Subnet(
                f"{name}-{kind}-{number}",
                vpc_id=vpc.id,
                cidr_block=cidr,
                availability_zone=args.zones[number],
                map_public_ip_on_launch=False,
                tags=self._tags(args, f"{kind}-{number}"),
                opts=self._child(),
            )
            for number, cidr in enumerate(cidrs)
        ]

    def _public_routes(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc, subnets: list[aws.ec2.Subnet]
    ) -> None:
        gateway = aws.ec2.InternetGateway(
            f"{name}-internet",
            vpc_id=vpc.id,
            tags=self._tags(args, "internet"),
            opts=self._child(),
        )
        table = self._route_table(name, args, vpc, "public", subnets)
        aws.ec2.Route(
            f"{name}-public-default",
            route_table_id=table.id,
            destination_cidr_block=EVERYWHERE,
            gateway_id=gateway.id,
            opts=self._child(),
        )

    def _nat(self, name: str, args: NetworkArgs, subnet: aws.ec2.Subnet) -> aws.ec2.NatGateway:
        address = aws.ec2.Eip(
            f"{name}-nat-address", domain="vpc", tags=self._tags(args, "nat"), opts=self._child()
        )
        return aws.ec2.NatGateway(
            f"{name}-nat",
            allocation_id=address.id,
            subnet_id=subnet.id,
            tags=self._tags(args, "nat"),
            opts=self._child(),
        )

    def _private_routes(
        self,
        name: str,
        args: NetworkArgs,
        vpc: aws.ec2.Vpc,
        subnets: list[aws.ec2.Subnet],
        nat: aws.ec2.NatGateway,
    ) -> None:
        table = self._route_table(name, args, vpc, "private", subnets)
        aws.ec2.Route(
            f"{name}-private-default",
            route_table_id=table.id,
            destination_cidr_block=EVERYWHERE,
            nat_gateway_id=nat.id,
            opts=self._child(),
        )
        # S3 through the gateway endpoint costs nothing; through the NAT each gigabyte does.
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{args.names.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id],
            tags=self._tags(args, "s3"),
            opts=self._child(),
        )

    def _route_table(
        self,
        name: str,
        args: NetworkArgs,
        vpc: aws.ec2.Vpc,
        kind: str,
        subnets: list[aws.ec2.Subnet],
    ) -> aws.ec2.RouteTable:
        table = aws.ec2.RouteTable(
            f"{name}-{kind}", vpc_id=vpc.id, tags=self._tags(args, kind), opts=self._child()
        )
        for number, subnet in enumerate(subnets):
            aws.ec2.RouteTableAssociation(
                f"{name}-{kind}-{number}-routes",
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=self._child(),
            )
        return table

    def _airflow_security_group(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc
    ) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            f"{name}-airflow",
            name=args.names.step("airflow"),
            description="The Airflow environment: its parts reach each other, nobody reaches them",
            vpc_id=vpc.id,
            tags=self._tags(args, "airflow"),
            opts=self._child(),
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-airflow-from-itself",
            security_group_id=group.id,
            referenced_security_group_id=group.id,
            ip_protocol="-1",
            description="MWAA requires its parts to reach each other on every port",
            tags=self._tags(args, "airflow"),
            opts=self._child(),
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-airflow-out",
            security_group_id=group.id,
            cidr_ipv4=EVERYWHERE,
            ip_protocol="-1",
            description="AWS services, through the NAT gateway",
            tags=self._tags(args, "airflow"),
            opts=self._child(),
        )
        return group

    def _tags(self, args: NetworkArgs, part: str) -> dict[str, str]:
        return {**args.names.tags, "Name": args.names.step(part)}

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)
