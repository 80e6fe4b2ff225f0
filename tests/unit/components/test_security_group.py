"""A group is made of rules that each say why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ops.program import Graph
    from tests.unit.components.conftest import Variant

IN_EC2 = re.compile(r"[a-zA-Z0-9. _:/()#,@\[\]+=&;{}!$*-]{1,255}")
"""Reference: `Description` in EC2's `CreateSecurityGroup` and `IpRange`; no apostrophe."""

RULES = (
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)


@pytest.fixture
def closed(variant: Variant) -> Graph:
    """Return the dev stack with every group that there can be."""
    return variant(egress="endpoints", webserverAccess="private")


@pytest.mark.parametrize("token", RULES)
def test_each_rule_says_why_in_words_that_ec2_takes(token: str, closed: Graph) -> None:
    descriptions = [rule.inputs["description"] for rule in closed.of_type(token)]

    assert descriptions
    assert [text for text in descriptions if not IN_EC2.fullmatch(text)] == []


@pytest.mark.parametrize("token", RULES)
def test_a_rule_has_exactly_one_other_side(token: str, closed: Graph) -> None:
    sides = ("cidrIpv4", "prefixListId", "referencedSecurityGroupId")

    for rule in closed.of_type(token):
        assert len([side for side in sides if side in rule.inputs]) == 1, rule.name


def test_groups_have_no_rules_inside_which_would_fight_with_those_beside(closed: Graph) -> None:
    for group in closed.of_type("aws:ec2/securityGroup:SecurityGroup"):
        assert not {"ingress", "egress"} & set(group.inputs), group.name
        assert IN_EC2.fullmatch(group.inputs["description"]), group.name


def test_a_group_that_once_lay_directly_in_the_network_is_kept(stack: Graph) -> None:
    group = next(
        found
        for found in stack.of_type("aws:ec2/securityGroup:SecurityGroup")
        if found.name == "network-airflow"
    )

    (alias,) = group.options.aliases
    assert alias.endswith(
        "::mlops:network:Network$aws:ec2/securityGroup:SecurityGroup::network-airflow"
    )
