"""Security groups let out what the program says, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]

GROUP = "aws:ec2/securityGroup:SecurityGroup"


def test_a_new_group_loses_the_rule_that_lets_all_out(create: Create, aws: FakeAws) -> None:
    create(GROUP, {"name": "airflow", "vpcId": "vpc-1"})

    assert aws.asked("revoke_security_group_egress")["IpPermissions"][0]["IpProtocol"] == "-1"


def test_a_group_can_let_itself_in(create: Create, aws: FakeAws) -> None:
    created = create(GROUP, SAMPLES[GROUP])

    (rule,) = aws.asked("authorize_security_group_ingress")["IpPermissions"]
    assert rule["UserIdGroupPairs"] == [{"GroupId": created.id}]


def test_a_rule_names_one_other_side(create: Create, aws: FakeAws) -> None:
    token = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"  # noqa: S105 - a type token

    create(token, SAMPLES[token])

    (rule,) = aws.asked("authorize_security_group_ingress")["IpPermissions"]
    assert rule == {
        "IpProtocol": "-1",
        "UserIdGroupPairs": [{"GroupId": "sg-1", "Description": "why"}],
    }


def test_a_default_group_is_adopted_without_its_rules(create: Create, aws: FakeAws) -> None:
    token = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"  # noqa: S105 - a type token

    created = create(token, SAMPLES[token])

    assert aws.asked("revoke_security_group_ingress")["GroupId"] == created.id
    assert created.outputs["name"] == "groupname"
