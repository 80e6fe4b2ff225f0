"""What moto keeps of the network that a job or a model lies in, and what the twin refuses of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sagemaker_account import refusal

if TYPE_CHECKING:
    from tests.sagemaker_account import Account


@pytest.fixture
def network(account: Account) -> dict[str, list[str]]:
    """Return two subnets in two zones, and a group, as a VpcConfig."""
    return make_network(account, "10.0.0.0/16")


def make_network(account: Account, cidr: str) -> dict[str, list[str]]:
    client: Any = account.cloud.client("ec2")
    vpc = client.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    part = cidr.split(".")[1]
    subnets = [
        client.create_subnet(
            VpcId=vpc, CidrBlock=f"10.{part}.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    group = client.create_security_group(GroupName=f"g{part}", Description="it", VpcId=vpc)
    return {"Subnets": subnets, "SecurityGroupIds": [group["GroupId"]]}


def test_a_job_keeps_its_network(account: Account, network: dict[str, list[str]]) -> None:
    job = account.train(VpcConfig=network)

    assert job["VpcConfig"] == network


def test_a_model_keeps_its_network(account: Account, network: dict[str, list[str]]) -> None:
    account.add_model("model", "1", VpcConfig=network)

    found = account.sagemaker.describe_model(ModelName="model")

    assert found["VpcConfig"] == network


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Subnets": ["subnet-0123"]}, "VpcConfig: The subnet ID"),
        ({"SecurityGroupIds": ["sg-0123"]}, "VpcConfig: The security group"),
    ],
)
def test_what_is_not_there_is_refused(
    change: dict[str, list[str]], message: str, account: Account, network: dict[str, list[str]]
) -> None:
    config = {**network, **change}

    job = refusal(lambda: account.train(VpcConfig=config))
    model = refusal(lambda: account.add_model("model", "1", VpcConfig=config))

    assert model == job
    assert job[0] == "ValidationException"
    assert job[1].startswith(message)
    assert "-0123" in job[1]


def test_subnets_and_groups_of_different_networks_are_refused(
    account: Account, network: dict[str, list[str]]
) -> None:
    other = make_network(account, "10.1.0.0/16")

    _, message = refusal(
        lambda: account.train(VpcConfig={**network, "SecurityGroupIds": other["SecurityGroupIds"]})
    )

    assert message.startswith("VpcConfig: subnets and security groups lie in ")


def test_a_model_in_one_zone_is_refused_and_a_job_is_not(
    account: Account, network: dict[str, list[str]]
) -> None:
    config = {**network, "Subnets": network["Subnets"][:1]}

    _, message = refusal(lambda: account.add_model("model", "1", VpcConfig=config))

    assert account.train(VpcConfig=config)["TrainingJobStatus"] == "Completed"
    assert message == "VpcConfig: subnets lie in ['us-east-1a']; specify at least 2 zones."
