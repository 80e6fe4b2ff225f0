"""A network without a way out, created in a real moto: what lies in it, and how it is reached."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from components.vpc_endpoints import SERVICES
from tests.provisioned_account import serve
from twin.provision import provision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin.cloud import Cloud
    from twin.provision import Provisioned

ROOT = Path(__file__).resolve().parents[3]
CLOSED = {"mlops:egress": "endpoints", "mlops:webserverAccess": "private"}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, Provisioned]]:
    """Provision the whole program once; the tests of this module only look at it."""
    cloud, _ = serve(tmp_path_factory.mktemp("twin"))
    yield cloud, provision(cloud, root=ROOT, values=CLOSED)
    cloud.stop()


@pytest.fixture(scope="module")
def ec2(account: tuple[Cloud, Provisioned]) -> Any:
    return account[0].client("ec2")


@pytest.fixture(scope="module")
def id_of(account: tuple[Cloud, Provisioned]) -> Callable[[str], str]:
    """Return what looks up a resource's id by the program's name for it."""

    def look_up(name: str) -> str:
        (found,) = [made.id for made in account[1].resources if made.name == name]
        return found

    return look_up


def test_no_route_leads_out_of_the_network(ec2: Any, id_of: Callable[[str], str]) -> None:
    own = [{"Name": "vpc-id", "Values": [id_of("network-vpc")]}]

    tables = ec2.describe_route_tables(Filters=own)["RouteTables"]

    targets = {
        route.get("GatewayId") or route.get("NatGatewayId")
        for table in tables
        for route in table["Routes"]
    }
    assert targets == {"local", id_of("network-s3")}
    assert ec2.describe_nat_gateways(Filters=own)["NatGateways"] == []


def test_each_interface_endpoint_lies_in_both_subnets(
    ec2: Any, id_of: Callable[[str], str]
) -> None:
    endpoints = ec2.describe_vpc_endpoints(
        Filters=[{"Name": "vpc-endpoint-type", "Values": ["Interface"]}]
    )["VpcEndpoints"]

    assert len(endpoints) == len(SERVICES)
    for endpoint in endpoints:
        assert sorted(endpoint["SubnetIds"]) == sorted(
            [id_of("network-private-0"), id_of("network-private-1")]
        )


def test_training_reaches_s3_by_the_list_of_its_addresses(
    ec2: Any, id_of: Callable[[str], str]
) -> None:
    group = ec2.describe_security_groups(GroupIds=[id_of("network-training")])["SecurityGroups"][0]

    lists = [
        entry["PrefixListId"]
        for rule in group["IpPermissionsEgress"]
        for entry in rule["PrefixListIds"]
    ]

    (name,) = ec2.describe_managed_prefix_lists(PrefixListIds=lists)["PrefixLists"]
    assert name["PrefixListName"] == "com.amazonaws.us-east-1.s3"


def test_the_default_group_lets_nothing_pass(ec2: Any, id_of: Callable[[str], str]) -> None:
    (group,) = ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [id_of("network-vpc")]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]

    assert group["IpPermissions"] == []
    assert group["IpPermissionsEgress"] == []


def test_the_network_is_watched(ec2: Any, id_of: Callable[[str], str]) -> None:
    (log,) = ec2.describe_flow_logs()["FlowLogs"]

    assert log["ResourceId"] == id_of("network-vpc")
    assert log["TrafficType"] == "ALL"
    assert log["LogDestination"].endswith(":log-group:/aws/vpc-flow-logs/mlops-twin-network")


def test_the_trigger_lies_in_the_network(
    account: tuple[Cloud, Provisioned], id_of: Callable[[str], str]
) -> None:
    client: Any = account[0].client("lambda")

    function = client.get_function_configuration(FunctionName="mlops-twin-trigger")

    assert function["VpcConfig"]["SecurityGroupIds"] == [id_of("network-trigger")]
    assert len(function["VpcConfig"]["SubnetIds"]) == 2


def test_the_dags_are_told_where_jobs_and_models_lie(
    account: tuple[Cloud, Provisioned], id_of: Callable[[str], str]
) -> None:
    cloud, provisioned = account
    client: Any = cloud.client("s3")
    key = "dags/settings/stack.json"

    written = client.get_object(Bucket=provisioned.outputs["airflow_bucket"], Key=key)
    settings = json.loads(written["Body"].read())

    assert settings["training_network"]["security_group_ids"] == [id_of("network-training")]
    assert settings["hosting_network"]["security_group_ids"] == [id_of("network-hosting")]
    assert len(settings["hosting_network"]["subnet_ids"]) == 2
