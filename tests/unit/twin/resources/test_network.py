"""Networks, subnets, gateways, endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_a_vpc_answers_with_its_default_parts(create: Create, aws: FakeAws) -> None:
    token = "aws:ec2/vpc:Vpc"  # noqa: S105 - a type token

    outputs = create(token, SAMPLES[token]).outputs

    assert outputs["mainRouteTableId"] == outputs["defaultRouteTableId"] == "routetableid"
    assert outputs["defaultSecurityGroupId"] == "groupid"
    attributes = [r.parameters for r in aws.requests if r.operation == "modify_vpc_attribute"]
    assert {"VpcId": "vpcid", "EnableDnsHostnames": {"Value": True}} in attributes


def test_a_public_subnet_gives_out_addresses(create: Create, aws: FakeAws) -> None:
    token = "aws:ec2/subnet:Subnet"  # noqa: S105 - a type token

    create(token, SAMPLES[token])

    assert aws.asked("modify_subnet_attribute")["MapPublicIpOnLaunch"] == {"Value": True}


def test_an_internet_gateway_is_attached(create: Create, aws: FakeAws) -> None:
    token = "aws:ec2/internetGateway:InternetGateway"  # noqa: S105 - a type token

    create(token, SAMPLES[token])

    assert aws.asked("attach_internet_gateway")["VpcId"] == "vpc-1"


def test_an_endpoint_is_a_gateway_unless_said_otherwise(create: Create, aws: FakeAws) -> None:
    create("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcId": "vpc-1", "serviceName": "s3"})

    assert aws.asked("create_vpc_endpoint")["VpcEndpointType"] == "Gateway"
