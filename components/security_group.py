"""A security group and what may pass it: a building block of the components.

Each rule is a resource of its own, so that a change shows the one rule that changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.naming import Names

HTTPS = 443
EVERYTHING = "-1"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Lets one kind of traffic pass.

    Attributes:
        why: What it is for, for who reads the group in the console.
        cidr: The other side, as addresses.
        group: The other side, as a security group.
        prefix_list: The other side, as a list of addresses that AWS keeps.
        itself: Whether the other side is the group itself.
        port: The only TCP port; every port and protocol where there is none.
    """

    why: str
    cidr: str | None = None
    group: pulumi.Input[str] | None = None
    prefix_list: pulumi.Input[str] | None = None
    itself: bool = False
    port: int | None = HTTPS


@dataclass(frozen=True, kw_only=True)
class SecurityGroupArgs:
    """What a group is for, and what may pass it.

    Attributes:
        step: What the group is called after the stack's prefix.
        ingress: Rules by a word that tells them apart; none lets nothing in.
        egress: The same for what leaves.
    """

    names: Names
    vpc_id: pulumi.Input[str]
    step: str
    description: str
    ingress: Mapping[str, Rule] = field(default_factory=dict[str, Rule])
    egress: Mapping[str, Rule] = field(default_factory=dict[str, Rule])


class SecurityGroup(pulumi.ComponentResource):
    """A security group that lets through what its rules name, and nothing else."""

    id: pulumi.Output[str]

    def __init__(
        self, name: str, args: SecurityGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:network:SecurityGroup", f"{name}-group", None, opts)
        # In an earlier version groups and rules lay directly below what this group belongs to.
        self._once = [pulumi.Alias(parent=opts.parent)] if opts and opts.parent else []
        group = self._group(name, args)
        for word, rule in args.ingress.items():
            self._let(aws.vpc.SecurityGroupIngressRule, f"{name}-from-{word}", args, group, rule)
        for word, rule in args.egress.items():
            self._let(aws.vpc.SecurityGroupEgressRule, f"{name}-to-{word}", args, group, rule)
        self.id = group.id
        self.register_outputs({"id": self.id})

    def _group(self, name: str, args: SecurityGroupArgs) -> aws.ec2.SecurityGroup:
        return aws.ec2.SecurityGroup(
            name,
            name=args.names.step(args.step),
            description=args.description,
            vpc_id=args.vpc_id,
            tags=_tags(args),
            opts=pulumi.ResourceOptions(parent=self, aliases=self._once),
        )

    def _let(
        self,
        way: type[aws.vpc.SecurityGroupIngressRule | aws.vpc.SecurityGroupEgressRule],
        name: str,
        args: SecurityGroupArgs,
        group: aws.ec2.SecurityGroup,
        rule: Rule,
    ) -> None:
        """Let a rule's traffic pass in one way: in, or out."""
        way(
            name,
            security_group_id=group.id,
            description=rule.why,
            cidr_ipv4=rule.cidr,
            prefix_list_id=rule.prefix_list,
            referenced_security_group_id=group.id if rule.itself else rule.group,
            ip_protocol="tcp" if rule.port else EVERYTHING,
            from_port=rule.port,
            to_port=rule.port,
            tags=_tags(args),
            opts=pulumi.ResourceOptions(parent=self, aliases=self._once),
        )


def _tags(args: SecurityGroupArgs) -> dict[str, str]:
    return {**args.names.tags, "Name": args.names.step(args.step)}
