"""What a region offers and an account may have: endpoint services and quotas, for the preflight.

moto knows the quotas of networks alone, and gathers endpoint services from all of its services,
some of which want packages that are not installed here (once failed, it offers none).
Numbers are AWS's defaults. An account's real ones are its own: nothing here says what they are.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.core.base_backend import BaseBackend
from moto.core.utils import get_service_model
from moto.ec2.models import vpcs
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.responses import ServiceQuotasResponse

if TYPE_CHECKING:
    from twin.cloud import Cloud

_moto_get_quota = ServiceQuotasBackend.get_service_quota

QUOTAS: Final = {
    ("airflow", "L-67D41C6B"): ("Environments per account per Region", 10.0),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0),
}
INSTANCES: Final = 4.0
"""Of each type and purpose; of many a new account has none."""

PURPOSES: Final = {
    "TrainingInstanceType": "training job usage",
    "ProductionVariantInstanceType": "endpoint usage",
}
NOT_FROM_A_LIST: Final = ("ecr.api", "ecr.dkr", "s3", "sagemaker.api", "sagemaker.runtime")
"""Endpoint services that moto would gather from services of its own."""


def install(cloud: Cloud) -> None:
    """Let moto answer these in this cloud."""
    vpcs.DEFAULT_VPC_ENDPOINT_SERVICES[cloud.region] = _endpoint_services(cloud.region)
    ServiceQuotasBackend.get_service_quota = _get_quota
    operations: Any = ServiceQuotasResponse
    operations.list_service_quotas = _list_quotas


def _endpoint_services(region: str) -> list[dict[str, Any]]:
    names = sorted({*vpcs.AWS_ENDPOINT_SERVICES, *NOT_FROM_A_LIST})
    zones = [f"{region}{zone}" for zone in "abc"]
    return [
        service
        for name in names
        for service in BaseBackend.default_vpc_endpoint_service_factory(region, zones, name)
    ]


def _get_quota(self: ServiceQuotasBackend, service_code: str, quota_code: str) -> dict[str, Any]:
    known = QUOTAS.get((service_code, quota_code))
    if known is None:
        return _moto_get_quota(self, service_code, quota_code)
    return _quota(service_code, *known, code=quota_code)


def _list_quotas(response: ServiceQuotasResponse) -> str:
    service = json.loads(response.body).get("ServiceCode", "")
    if service == "sagemaker":
        return json.dumps({"Quotas": _instance_quotas()})
    return json.dumps({"Quotas": response.backend.list_aws_default_service_quotas(service)})


def _instance_quotas() -> list[dict[str, Any]]:
    model: Any = get_service_model("sagemaker")
    return [
        _quota("sagemaker", f"{kind} for {purpose}", INSTANCES)
        for shape, purpose in PURPOSES.items()
        for kind in model.shape_for(shape).enum
    ]


def _quota(service: str, name: str, value: float, *, code: str = "") -> dict[str, Any]:
    return {"ServiceCode": service, "QuotaCode": code, "QuotaName": name, "Value": value}
