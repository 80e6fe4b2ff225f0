"""The network that Airflow, training jobs and endpoints live in: private, in two zones.

`egress` says how it reaches AWS. `nat`: through a NAT gateway, one for all or one a zone, and so
the internet too. `endpoints`: through VPC endpoints alone; there is no route to the internet, nor
anything that one could lead to.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.flow_logs import FlowLogs, FlowLogsArgs
from components.placement import Placement
from components.reach import EVERYWHERE, reaches
from components.security_group import SecurityGroup, SecurityGroupArgs
from components.vpc_endpoints import (
    VpcEndpoints,
    VpcEndpointsArgs,
    needed,
    s3_policy,
    service_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names
    from components.settings import StackSettings

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
        key_arn: Encrypts the flow logs.
    """

    names: Names
    settings: StackSettings
    zones: Sequence[str]
    key_arn: pulumi.Input[str]


class Network(pulumi.ComponentResource):
    """Two private subnets with a route table each, what leads out of them, and who reaches whom.

    Attributes:
        airflow: Where the Airflow environment lies.
        training: Where training jobs lie.
        hosting: Where models lie while they are served.
        trigger: Where the trigger's function lies; `None` outside of any network.
    """

    vpc_id: pulumi.Output[str]
    airflow: Placement
    training: Placement
    hosting: Placement
    trigger: Placement | None

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:network:Network", name, None, opts)
        vpc = self._vpc(name, args)
        private = self._subnets(name, args, vpc, "private")
        tables = [
            self._route_table(f"{name}-private-{number}", args, vpc, [subnet])
            for number, subnet in enumerate(private)
        ]
        if args.settings.egress == "nat":
            self._lead_out(name, args, vpc, tables)
        groups = self._groups(name, args, vpc, self._s3(name, args, vpc, tables))
        self._lead_to_services(name, args, vpc, private, groups)
        self._watch(name, args, vpc)
        places = {
            step: Placement(
                subnet_ids=[subnet.id for subnet in private], security_group_id=group.id
            )
            for step, group in groups.items()
        }
        self.vpc_id = vpc.id
        self.airflow, self.training, self.hosting = (
            places[step] for step in ("airflow", "training", "hosting")
        )
        self.trigger = places.get("trigger")
        self.register_outputs({"vpc_id": self.vpc_id})

    def _vpc(self, name: str, args: NetworkArgs) -> aws.ec2.Vpc:
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.settings.vpc_cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags(args, "vpc"),
            opts=self._child(),
        )
        # AWS makes this group with every network, open within; taken over, it has no rule.
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default",
            vpc_id=vpc.id,
            tags=self._tags(args, "default-closed"),
            opts=self._child(),
        )
        return vpc

    def _subnets(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc, kind: str
    ) -> list[aws.ec2.Subnet]:
        plan = plan_subnets(args.settings.vpc_cidr)
        return [
            aws.ec2.Subnet(
                f"{name}-{kind}-{number}",
                vpc_id=vpc.id,
                cidr_block=cidr,
                availability_zone=args.zones[number],
                map_public_ip_on_launch=False,
                tags=self._tags(args, f"{kind}-{number}"),
                # A zone that is out is not listed; nobody wants another environment for that.
                opts=pulumi.ResourceOptions(parent=self, ignore_changes=["availability_zone"]),
            )
            for number, cidr in enumerate(plan.private if kind == "private" else plan.public)
        ]

    def _route_table(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc, subnets: list[aws.ec2.Subnet]
    ) -> aws.ec2.RouteTable:
        table = aws.ec2.RouteTable(
            f"{name}-table",
            vpc_id=vpc.id,
            tags=self._tags(args, name.partition("-")[2]),
            opts=self._child(once=name.removesuffix("-0")),
        )
        for number, subnet in enumerate(subnets):
            aws.ec2.RouteTableAssociation(
                f"{name}-routes-{number}",
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=self._child(
                    once=f"{name}-{number}-routes" if len(subnets) > 1 else f"{name}-routes"
                ),
            )
        return table

    def _lead_out(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc, tables: list[aws.ec2.RouteTable]
    ) -> None:
        """Lead private subnets to the internet: through a NAT gateway for all, or one a zone."""
        public = self._subnets(name, args, vpc, "public")
        way_out = self._internet(name, args, vpc, public)
        zones = ZONES if args.settings.nat_per_zone else 1
        gateways = [self._nat(name, args, number, public, way_out) for number in range(zones)]
        for number, table in enumerate(tables):
            aws.ec2.Route(
                f"{name}-private-{number}-default",
                route_table_id=table.id,
                destination_cidr_block=EVERYWHERE,
                nat_gateway_id=gateways[number % zones].id,
                opts=self._child(once=f"{name}-private-default" if number == 0 else ""),
            )

    def _internet(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc, subnets: list[aws.ec2.Subnet]
    ) -> aws.ec2.Route:
        gateway = aws.ec2.InternetGateway(
            f"{name}-internet",
            vpc_id=vpc.id,
            tags=self._tags(args, "internet"),
            opts=self._child(),
        )
        return aws.ec2.Route(
            f"{name}-public-default",
            route_table_id=self._route_table(f"{name}-public", args, vpc, subnets).id,
            destination_cidr_block=EVERYWHERE,
            gateway_id=gateway.id,
            opts=self._child(),
        )

    def _nat(
        self,
        name: str,
        args: NetworkArgs,
        number: int,
        public: list[aws.ec2.Subnet],
        way_out: aws.ec2.Route,
    ) -> aws.ec2.NatGateway:
        address = aws.ec2.Eip(
            f"{name}-nat-{number}-address",
            domain="vpc",
            tags=self._tags(args, f"nat-{number}"),
            opts=self._child(once=f"{name}-nat-address" if number == 0 else ""),
        )
        return aws.ec2.NatGateway(
            f"{name}-nat-{number}",
            allocation_id=address.id,
            subnet_id=public[number].id,
            tags=self._tags(args, f"nat-{number}"),
            opts=self._child(way_out, once=f"{name}-nat" if number == 0 else ""),
        )

    def _s3(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc, tables: list[aws.ec2.RouteTable]
    ) -> pulumi.Output[str]:
        """Lead to S3 without detour and return the list of its addresses.

        Through the gateway endpoint it costs nothing; through a NAT gateway each gigabyte does.
        """
        return aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=vpc.id,
            service_name=service_name(args.names, "s3"),
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in tables],
            policy=pulumi.Output.json_dumps(s3_policy(args.names)),
            tags=self._tags(args, "s3"),
            opts=self._child(),
        ).prefix_list_id

    def _groups(
        self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc, s3: pulumi.Output[str]
    ) -> dict[str, SecurityGroup]:
        return {
            step: SecurityGroup(
                f"{name}-{step}",
                SecurityGroupArgs(
                    names=args.names,
                    vpc_id=vpc.id,
                    step=step,
                    description=wanted.description,
                    ingress=wanted.ingress,
                    egress=wanted.egress,
                ),
                self._child(),
            )
            for step, wanted in reaches(args.settings, s3).items()
        }

    def _lead_to_services(
        self,
        name: str,
        args: NetworkArgs,
        vpc: aws.ec2.Vpc,
        subnets: list[aws.ec2.Subnet],
        groups: dict[str, SecurityGroup],
    ) -> None:
        services = needed(args.settings.egress, args.settings.webserver_access, args.names.region)
        if services:
            VpcEndpoints(
                f"{name}-endpoints",
                VpcEndpointsArgs(
                    names=args.names,
                    vpc_id=vpc.id,
                    subnet_ids=[subnet.id for subnet in subnets],
                    services=services,
                    callers={
                        step: group.id
                        for step, group in groups.items()
                        if step in ("airflow", "trigger")
                    },
                ),
                self._child(),
            )

    def _watch(self, name: str, args: NetworkArgs, vpc: aws.ec2.Vpc) -> None:
        FlowLogs(
            f"{name}-flow",
            FlowLogsArgs(
                names=args.names,
                vpc_id=vpc.id,
                key_arn=args.key_arn,
                retention_days=args.settings.log_retention_days,
            ),
            self._child(),
        )

    def _tags(self, args: NetworkArgs, part: str) -> dict[str, str]:
        return {**args.names.tags, "Name": args.names.step(part)}

    def _child(self, *after: pulumi.Resource, once: str = "") -> pulumi.ResourceOptions:
        """Return the options of a part; `once` is the name that it had in an earlier version."""
        aliases = [pulumi.Alias(name=once)] if once else []
        return pulumi.ResourceOptions(parent=self, depends_on=list(after), aliases=aliases)
