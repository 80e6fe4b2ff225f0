"""Where in the network something runs, and what that asks of its role. Pure.

AWS puts a network interface of ours into a subnet on behalf of a service: the service's role has to
be allowed to, though no code of the step ever calls EC2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.policies import Conditions, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Subnets, and the security group within them."""

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]


def sagemaker_statements(names: Names, placement: Placement) -> tuple[Statement, ...]:
    """Return what SageMaker asks of a role whose jobs or models lie in our network."""
    return (
        _place(names, placement),
        Statement(
            sid="HandOverInterfaces",
            actions=("ec2:CreateNetworkInterfacePermission",),
            resources=(_interfaces(names),),
            conditions=_in_our_subnets(names, placement),
        ),
        Statement(
            sid="RemoveInterfaces",
            actions=("ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"),
            resources=(_interfaces(names),),
            conditions=_in_our_subnets(names, placement),
        ),
        _look(
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ),
    )


def lambda_statements(names: Names, placement: Placement, function: str) -> tuple[Statement, ...]:
    """Return what Lambda asks of the role of a function that lies in our network.

    The function's own code is refused all of it: the permissions are Lambda's, and only Lambda's.
    """
    remove = "ec2:DeleteNetworkInterface"
    share = ("ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses")
    look = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
    code = names.arn("lambda", f"function:{function}")
    return (
        _place(names, placement),
        # Lambda's guide: without every resource of the account the function may lose its network.
        Statement(sid="RemoveInterfaces", actions=(remove,), resources=(names.arn("ec2", "*/*"),)),
        Statement(
            sid="ShareInterfaces",
            actions=share,
            resources=(_interfaces(names),),
            conditions=_in_our_subnets(names, placement),
        ),
        _look(*look),
        Statement(
            sid="KeepThemFromTheCode",
            deny=True,
            actions=("ec2:CreateNetworkInterface", remove, *share, *look),
            resources=("*",),
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": code}},
        ),
    )


def _place(names: Names, placement: Placement) -> Statement:
    return Statement(
        sid="PlaceInterfaces",
        actions=("ec2:CreateNetworkInterface",),
        resources=(
            *_subnets(names, placement),
            pulumi.Output.concat(names.arn("ec2", "security-group/"), placement.security_group_id),
            _interfaces(names),
        ),
    )


def _look(*actions: str) -> Statement:
    return Statement(sid="LookAtTheNetwork", actions=actions, resources=("*",))


def _in_our_subnets(names: Names, placement: Placement) -> Conditions:
    return {"ArnEquals": {"ec2:Subnet": _subnets(names, placement)}}


def _subnets(names: Names, placement: Placement) -> list[pulumi.Input[str]]:
    return [
        pulumi.Output.concat(names.arn("ec2", "subnet/"), subnet) for subnet in placement.subnet_ids
    ]


def _interfaces(names: Names) -> str:
    return names.arn("ec2", "network-interface/*")
