"""What the twin says that a region offers and an account may have, beside what moto knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from components.naming import Names
from components.vpc_endpoints import SERVICES, service_name
from twin.services import offers

if TYPE_CHECKING:
    from twin.cloud import Cloud


@pytest.fixture
def quotas(cloud: Cloud) -> Any:
    offers.install(cloud)
    return cloud.client("service-quotas")


@pytest.mark.parametrize(
    ("service", "code", "value"),
    [("airflow", "L-67D41C6B", 10), ("ec2", "L-0263D0A3", 5), ("vpc", "L-F678F1CE", 5)],
)
def test_quotas_are_awss_defaults(service: str, code: str, value: int, quotas: Any) -> None:
    found = quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]

    assert found["Value"] == value


def test_a_quota_that_nobody_knows_is_not_found(quotas: Any) -> None:
    with pytest.raises(ClientError):
        quotas.get_service_quota(ServiceCode="airflow", QuotaCode="L-00000000")


def test_instances_have_a_quota_a_type_and_purpose(quotas: Any) -> None:
    names = {
        quota["QuotaName"]
        for page in quotas.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
        for quota in page["Quotas"]
    }

    assert {"ml.m5.large for training job usage", "ml.m5.large for endpoint usage"} <= names


def test_every_service_that_gets_an_endpoint_is_offered(cloud: Cloud) -> None:
    offers.install(cloud)
    names = Names(prefix="mlops-twin", account=cloud.account, region=cloud.region)
    client: Any = cloud.client("ec2")

    offered = {
        name
        for page in client.get_paginator("describe_vpc_endpoint_services").paginate()
        for name in page["ServiceNames"]
    }

    assert {service_name(names, service.name) for service in SERVICES} <= offered
