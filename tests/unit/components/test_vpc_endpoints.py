"""Endpoints of AWS services: the needed ones, for who needs them, for our account's business."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.naming import Names
from components.vpc_endpoints import SERVICES, endpoint_policy, needed, s3_policy, service_name

if TYPE_CHECKING:
    from ops.program import Graph
    from tests.unit.components.conftest import Variant

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
MWAA_REQUIRES = {
    "airflow.api",
    "airflow.env",
    "airflow.ops",
    "ecr.api",
    "ecr.dkr",
    "kms",
    "logs",
    "monitoring",
    "sqs",
}
"""Reference: "Creating the required VPC service endpoints", MWAA's user guide; S3 is a gateway."""


@pytest.fixture
def closed(variant: Variant) -> Graph:
    """Return the dev stack without a way out."""
    return variant(egress="endpoints", webserverAccess="private")


def test_without_a_way_out_mwaa_has_every_endpoint_that_it_requires() -> None:
    services = {service.name for service in needed("endpoints", "private", "us-east-1")}

    assert services >= MWAA_REQUIRES


def test_mwaa_is_named_as_a_user_of_exactly_what_it_requires() -> None:
    assert {service.name for service in SERVICES if "mwaa" in service.users} == MWAA_REQUIRES


def test_a_private_web_server_is_reached_inside_the_network_even_with_a_way_out() -> None:
    assert [service.name for service in needed("nat", "private", "us-east-1")] == ["airflow.env"]


def test_a_public_web_server_and_a_way_out_need_no_endpoint() -> None:
    assert needed("nat", "public", "us-east-1") == ()


def test_a_region_that_does_not_have_an_endpoint_is_not_asked_for_it() -> None:
    services = {service.name for service in needed("endpoints", "private", "us-west-1")}

    assert {service.name for service in SERVICES} - services == {"airflow.ops"}


def test_every_service_says_who_needs_it_and_why() -> None:
    assert all(service.users and service.why for service in SERVICES)
    assert len({service.name for service in SERVICES}) == len(SERVICES)


def test_an_endpoint_lies_in_both_private_subnets_under_the_services_own_name(
    closed: Graph,
) -> None:
    endpoint = closed.named("network-endpoints-sagemaker-api").inputs

    assert endpoint["serviceName"] == "com.amazonaws.us-east-1.sagemaker.api"
    assert endpoint["subnetIds"] == ["network-private-0-id", "network-private-1-id"]
    assert endpoint["privateDnsEnabled"] is True
    assert endpoint["securityGroupIds"] == ["network-endpoints-access-id"]


def test_only_airflow_and_the_trigger_reach_endpoints_and_only_by_https(closed: Graph) -> None:
    rules = [
        rule.inputs
        for rule in closed.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if rule.inputs["securityGroupId"] == "network-endpoints-access-id"
    ]

    assert {rule["referencedSecurityGroupId"] for rule in rules} == {
        "network-airflow-id",
        "network-trigger-id",
    }
    assert {(rule["ipProtocol"], rule["fromPort"], rule["toPort"]) for rule in rules} == {
        ("tcp", 443, 443)
    }


def test_endpoints_themselves_reach_nobody(closed: Graph) -> None:
    rules = closed.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")

    assert "network-endpoints-access-id" not in {rule.inputs["securityGroupId"] for rule in rules}


@pytest.mark.parametrize("service", ["glue", "sagemaker-api", "sagemaker-runtime"])
def test_what_only_our_code_uses_lets_only_our_account_pass(service: str, closed: Graph) -> None:
    policy = json.loads(closed.named(f"network-endpoints-{service}").inputs["policy"])

    (statement,) = policy["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
    assert statement["Action"] == [f"{service.partition('-')[0]}:*"]


@pytest.mark.parametrize("service", ["airflow-api", "airflow-env", "airflow-ops"])
def test_airflows_endpoints_lead_to_our_environment_alone(service: str, closed: Graph) -> None:
    policy = json.loads(closed.named(f"network-endpoints-{service}").inputs["policy"])

    assert policy["Statement"][0]["Resource"] == [
        "arn:aws:airflow:us-east-1:123456789012:environment/mlops-dev",
        "arn:aws:airflow:us-east-1:123456789012:role/mlops-dev/*",
    ]


def test_queues_that_are_not_airflows_are_not_reached(closed: Graph) -> None:
    policy = json.loads(closed.named("network-endpoints-sqs").inputs["policy"])

    assert policy["Statement"][0]["Resource"] == ["arn:aws:sqs:us-east-1:*:airflow-celery-*"]


def test_where_mwaa_acts_with_principals_of_its_own_anything_passes() -> None:
    open_ones = {service.name for service in SERVICES if endpoint_policy(NAMES, service) is None}

    assert open_ones == {"ecr.api", "ecr.dkr", "kms", "logs", "monitoring"}


def test_s3_is_our_buckets_for_our_account_and_the_layers_of_images() -> None:
    ours, layers = s3_policy(NAMES)["Statement"]

    buckets: list[Any] = ours["Resource"]
    assert {bucket.split(":::")[1].partition("/")[0] for bucket in buckets} == {
        NAMES.data_bucket,
        NAMES.artifact_bucket,
        NAMES.airflow_bucket,
    }
    assert ours["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
    assert layers["Action"] == ["s3:GetObject"]
    assert layers["Resource"] == ["arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"]


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("eu-central-1", "com.amazonaws.eu-central-1.sqs"),
        ("us-gov-west-1", "com.amazonaws.us-gov-west-1.sqs"),
        ("cn-north-1", "cn.com.amazonaws.cn-north-1.sqs"),
    ],
)
def test_a_services_name_is_what_its_partition_says(region: str, name: str) -> None:
    names = Names(prefix="mlops-dev", account="123456789012", region=region)

    assert service_name(names, "sqs") == name
