"""Nobody is reached by more than has to reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.program import Graph
    from tests.unit.components.conftest import Variant

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
S3 = "pl-00000000"


def rules(stack: Graph, token: str, group: str) -> Iterator[dict[str, Any]]:
    """Return a group's rules."""
    for rule in stack.of_type(token):
        if rule.inputs["securityGroupId"] == f"network-{group}-id":
            yield dict(rule.inputs)


@pytest.fixture
def private(variant: Variant) -> Graph:
    """Return the dev stack with a private web server."""
    return variant(webserverAccess="private")


def test_only_airflow_reaches_airflow(stack: Graph) -> None:
    (rule,) = rules(stack, INGRESS, "airflow")

    assert rule["referencedSecurityGroupId"] == "network-airflow-id"
    assert rule["ipProtocol"] == "-1"
    assert "cidrIpv4" not in rule


def test_airflow_reaches_its_network_and_the_rest_by_https(stack: Graph) -> None:
    found = {
        (rule.get("cidrIpv4"), rule["ipProtocol"], rule.get("toPort"))
        for rule in rules(stack, EGRESS, "airflow")
    }

    assert found == {("10.42.0.0/16", "-1", None), ("0.0.0.0/0", "tcp", 443)}


def test_training_reaches_s3_and_its_own_peers(stack: Graph) -> None:
    (inward,) = rules(stack, INGRESS, "training")
    outward = list(rules(stack, EGRESS, "training"))

    assert inward["referencedSecurityGroupId"] == "network-training-id"
    assert {rule.get("prefixListId") for rule in outward} == {S3, None}
    assert {rule.get("referencedSecurityGroupId") for rule in outward} == {
        "network-training-id",
        None,
    }
    assert not any("cidrIpv4" in rule for rule in outward)


def test_nothing_reaches_served_models_and_they_reach_s3_alone(stack: Graph) -> None:
    (outward,) = rules(stack, EGRESS, "hosting")

    assert list(rules(stack, INGRESS, "hosting")) == []
    assert (outward["prefixListId"], outward["toPort"]) == (S3, 443)


def test_a_private_trigger_reaches_endpoints_and_s3_and_is_reached_by_nobody(
    private: Graph,
) -> None:
    outward = list(rules(private, EGRESS, "trigger"))

    assert list(rules(private, INGRESS, "trigger")) == []
    assert {(rule.get("cidrIpv4"), rule.get("prefixListId")) for rule in outward} == {
        ("10.42.0.0/16", None),
        (None, S3),
    }
    assert {rule["toPort"] for rule in outward} == {443}


def test_a_public_trigger_has_no_group(stack: Graph) -> None:
    groups = {group.name for group in stack.of_type("aws:ec2/securityGroup:SecurityGroup")}

    assert groups == {"network-airflow", "network-training", "network-hosting"}
