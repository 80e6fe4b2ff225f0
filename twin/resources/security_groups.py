"""EC2: security groups and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.resources.resource import Created, ResourceType, nothing
from twin.resources.tags import retag_ec2, tag_specification

if TYPE_CHECKING:
    from twin.resources.inputs import Inputs
    from twin.resources.resource import Context, Existing

EVERYTHING = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
"""The rule that EC2 gives a new group for traffic that leaves."""


def create_group(inputs: Inputs, context: Context) -> Created:
    """Create a security group that lets nothing out, as the provider does: EC2's own lets all."""
    inputs.ignore("revokeRulesOnDelete")
    client = context.client("ec2")
    name = context.physical_name(inputs)
    description = inputs.optional("description") or "Managed by Pulumi"
    group = client.create_security_group(
        GroupName=name,
        Description=description,
        VpcId=inputs.text("vpcId"),
        **tag_specification(inputs, "security-group"),
    )["GroupId"]
    client.revoke_security_group_egress(GroupId=group, IpPermissions=EVERYTHING)
    _authorise(client, group, inputs)
    outputs = {
        "arn": context.arn("ec2", f"security-group/{group}"),
        "description": description,
        "name": name,
        "ownerId": context.account,
    }
    return Created(group, outputs)


def adopt_default_group(inputs: Inputs, context: Context) -> Created:
    """Take a VPC's default group over: all its rules go, then those given come."""
    inputs.ignore("revokeRulesOnDelete")
    client = context.client("ec2")
    group = client.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [inputs.text("vpcId")]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"][0]
    identity = group["GroupId"]
    for rules, revoke in (
        (group["IpPermissions"], client.revoke_security_group_ingress),
        (group["IpPermissionsEgress"], client.revoke_security_group_egress),
    ):
        if rules:
            revoke(GroupId=identity, IpPermissions=rules)
    _authorise(client, identity, inputs)
    outputs = {
        "arn": context.arn("ec2", f"security-group/{identity}"),
        "description": group["Description"],
        "name": group["GroupName"],
        "ownerId": context.account,
    }
    return Created(identity, outputs)


def _authorise(client: Any, group: str, inputs: Inputs) -> None:
    """Add the rules that stand in the group itself."""
    for name, authorise in (
        ("ingress", client.authorize_security_group_ingress),
        ("egress", client.authorize_security_group_egress),
    ):
        rules = [_inner_rule(rule, group) for rule in inputs.blocks(name)]
        if rules:
            authorise(GroupId=group, IpPermissions=rules)


def _inner_rule(rule: Inputs, group: str) -> dict[str, Any]:
    about = rule.pick(description="Description")
    groups = [*rule.items("securityGroups"), *([group] if rule.get("self") else [])]
    parts = {
        "IpRanges": [{"CidrIp": cidr, **about} for cidr in rule.items("cidrBlocks")],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **about} for cidr in rule.items("ipv6CidrBlocks")],
        "PrefixListIds": [{"PrefixListId": i, **about} for i in rule.items("prefixListIds")],
        "UserIdGroupPairs": [{"GroupId": other, **about} for other in groups],
    }
    return _ports(rule, "protocol") | {name: found for name, found in parts.items() if found}


def create_ingress_rule(inputs: Inputs, context: Context) -> Created:
    """Let traffic into a group."""
    client = context.client("ec2")
    return _create_rule(inputs, context, client.authorize_security_group_ingress)


def create_egress_rule(inputs: Inputs, context: Context) -> Created:
    """Let traffic out of a group."""
    client = context.client("ec2")
    return _create_rule(inputs, context, client.authorize_security_group_egress)


def _create_rule(inputs: Inputs, context: Context, authorise: Any) -> Created:
    answer = authorise(
        GroupId=inputs.text("securityGroupId"),
        IpPermissions=[_ports(inputs, "ipProtocol") | _source(inputs)],
        **tag_specification(inputs, "security-group-rule"),
    )
    rule = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    arn = context.arn("ec2", f"security-group-rule/{rule}")
    return Created(rule, {"arn": arn, "securityGroupRuleId": rule})


def _ports(rule: Inputs, protocol: str) -> dict[str, Any]:
    return {
        "IpProtocol": str(rule.get(protocol)),
        **rule.pick(fromPort="FromPort", toPort="ToPort"),
    }


def _source(rule: Inputs) -> dict[str, Any]:
    """Return the other side of a rule; AWS wants exactly one."""
    about = rule.pick(description="Description")
    sides = {
        "IpRanges": rule.pick(cidrIpv4="CidrIp"),
        "Ipv6Ranges": rule.pick(cidrIpv6="CidrIpv6"),
        "PrefixListIds": rule.pick(prefixListId="PrefixListId"),
        "UserIdGroupPairs": rule.pick(referencedSecurityGroupId="GroupId"),
    }
    return {name: [{**side, **about}] for name, side in sides.items() if side}


def update_rule(existing: Existing, inputs: Inputs, context: Context) -> Created:
    """Change a rule in its group."""
    inputs.ignore("securityGroupId")
    source = inputs.pick(
        cidrIpv4="CidrIpv4",
        cidrIpv6="CidrIpv6",
        description="Description",
        prefixListId="PrefixListId",
        referencedSecurityGroupId="ReferencedGroupId",
    )
    context.client("ec2").modify_security_group_rules(
        GroupId=existing.inputs.text("securityGroupId"),
        SecurityGroupRules=[
            {
                "SecurityGroupRuleId": existing.id,
                "SecurityGroupRule": _ports(inputs, "ipProtocol") | source,
            }
        ],
    )
    return retag_ec2(existing, inputs, context)


def _rule_address(existing: Existing) -> dict[str, Any]:
    group = existing.inputs.text("securityGroupId")
    return {"GroupId": group, "SecurityGroupRuleIds": [existing.id]}


def _rules(existing: Existing, context: Context) -> list[Any]:
    rules: list[Any] = context.client("ec2").describe_security_group_rules(
        SecurityGroupRuleIds=[existing.id]
    )["SecurityGroupRules"]
    return rules


def _groups(existing: Existing, context: Context) -> list[Any]:
    groups: list[Any] = context.client("ec2").describe_security_groups(GroupIds=[existing.id])[
        "SecurityGroups"
    ]
    return groups


TYPES = (
    ResourceType(
        "aws:ec2/securityGroup:SecurityGroup",
        create_group,
        tagged=True,
        delete=lambda it, context: context.client("ec2").delete_security_group(GroupId=it.id),
        exists=_groups,
        update=retag_ec2,
    ),
    ResourceType(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        adopt_default_group,
        tagged=True,
        delete=nothing,
        exists=_groups,
        update=retag_ec2,
    ),
    ResourceType(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        create_ingress_rule,
        tagged=True,
        delete=lambda it, context: context.client("ec2").revoke_security_group_ingress(
            **_rule_address(it)
        ),
        exists=_rules,
        update=update_rule,
    ),
    ResourceType(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        create_egress_rule,
        tagged=True,
        delete=lambda it, context: context.client("ec2").revoke_security_group_egress(
            **_rule_address(it)
        ),
        exists=_rules,
        update=update_rule,
    ),
)
