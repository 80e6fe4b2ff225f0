"""Who spoke to whom in the network: a building block of the components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components import policies
from components.roles import StepRole, StepRoleArgs

if TYPE_CHECKING:
    from components.naming import Names

SERVICE = "vpc-flow-logs.amazonaws.com"
AGGREGATION_SECONDS = 600
"""One line for each conversation and ten minutes; a minute's would cost up to ten times as much."""


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """Which network is watched, and how long what was seen is kept."""

    names: Names
    vpc_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    retention_days: int


class FlowLogs(pulumi.ComponentResource):
    """Writes what is let through and what is refused to a log group of the stack's own.

    It keeps addresses and ports, never what was said.
    """

    def __init__(
        self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:network:FlowLogs", name, None, opts)
        group = self._log_group(name, args)
        self._flow_log(name, args, group, self._role(name, args))
        self.register_outputs({})

    def _log_group(self, name: str, args: FlowLogsArgs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=args.names.flow_log_group,
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            tags=args.names.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _role(self, name: str, args: FlowLogsArgs) -> StepRole:
        return StepRole(
            f"{name}-access",
            StepRoleArgs(
                names=args.names,
                step="flow-logs",
                description="Flow logs: write who spoke to whom in the network",
                trust=policies.trust(
                    SERVICE,
                    account=args.names.account,
                    sources=[args.names.arn("ec2", "vpc-flow-log/*")],
                ),
                statements=statements(args.names),
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _flow_log(
        self, name: str, args: FlowLogsArgs, group: aws.cloudwatch.LogGroup, role: StepRole
    ) -> None:
        aws.ec2.FlowLog(
            f"{name}-log",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=AGGREGATION_SECONDS,
            tags={**args.names.tags, "Name": args.names.step("flow-logs")},
            opts=pulumi.ResourceOptions(parent=self),
        )


def statements(names: Names) -> tuple[policies.Statement, ...]:
    """Return what writing flow logs asks."""
    streams = names.log_streams_arn(names.flow_log_group)
    return (
        policies.write_logs(streams),
        policies.Statement(
            sid="FindStreams", actions=("logs:DescribeLogStreams",), resources=(streams,)
        ),
        policies.Statement(
            sid="FindLogGroups",
            actions=("logs:DescribeLogGroups",),
            resources=("*",),  # describing log groups takes no resource
        ),
    )
