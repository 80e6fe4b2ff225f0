"""Reads quotas, and how much of each is used.

Codes of quotas are AWS's own, the same in every account; SageMaker's are one an instance type and
purpose, so these are found by their names.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ops.preflight.missing import NotThereError
from ops.preflight.snapshot import Quota

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ops.aws import ClientOf
    from ops.preflight.wanted import Wanted

ZONES = 2
PAGE = 100


def _limit(clients: ClientOf, service: str, code: str) -> float:
    client = clients("service-quotas")
    return float(client.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"])


def environments(clients: ClientOf, wanted: Wanted) -> Quota:
    """Return Airflow environments."""
    pages = clients("mwaa").get_paginator("list_environments").paginate()
    names = [name for page in pages for name in page["Environments"]]
    return Quota(
        limit=_limit(clients, "airflow", "L-67D41C6B"),
        used=len(names),
        ours=names.count(wanted.environment),
    )


def vpcs(clients: ClientOf, wanted: Wanted) -> Quota:
    """Return networks."""
    pages = clients("ec2").get_paginator("describe_vpcs").paginate()
    found = [vpc for page in pages for vpc in page["Vpcs"]]
    return Quota(
        limit=_limit(clients, "vpc", "L-F678F1CE"), used=len(found), ours=_ours(found, wanted)
    )


def addresses(clients: ClientOf, wanted: Wanted) -> Quota:
    """Return elastic addresses."""
    found = clients("ec2").describe_addresses()["Addresses"]
    return Quota(
        limit=_limit(clients, "ec2", "L-0263D0A3"), used=len(found), ours=_ours(found, wanted)
    )


def nat_gateways(clients: ClientOf, wanted: Wanted) -> Quota:
    """Return NAT gateways in the fuller one of the zones that the stack uses."""
    ec2 = clients("ec2")
    zone_of = {
        subnet["SubnetId"]: subnet["AvailabilityZone"]
        for page in ec2.get_paginator("describe_subnets").paginate()
        for subnet in page["Subnets"]
    }
    used: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    for page in ec2.get_paginator("describe_nat_gateways").paginate():
        for gateway in page["NatGateways"]:
            if gateway["State"] in ("available", "pending"):
                zone = zone_of.get(gateway["SubnetId"], "")
                used[zone] += 1
                ours[zone] += _ours([gateway], wanted)
    fullest = max(_zones(ec2), key=lambda zone: used[zone] - ours[zone])
    return Quota(limit=_limit(clients, "vpc", "L-FE5A380F"), used=used[fullest], ours=ours[fullest])


def _zones(ec2: Any) -> list[str]:  # noqa: ANN401 - boto3 makes clients at run time
    """Return the zones that the program takes: the first two."""
    zones = ec2.describe_availability_zones(
        Filters=[
            {"Name": "state", "Values": ["available"]},
            {"Name": "zone-type", "Values": ["availability-zone"]},
        ]
    )["AvailabilityZones"]
    return sorted(zone["ZoneName"] for zone in zones)[:ZONES]


def _ours(found: list[Mapping[str, Any]], wanted: Wanted) -> int:
    return sum(
        any(
            tag["Key"] == "Stack" and tag["Value"] == wanted.prefix
            for tag in resource.get("Tags", ())
        )
        for resource in found
    )


def instances(clients: ClientOf, wanted: Wanted) -> tuple[Quota, ...]:
    """Return the quota of each kind of instance, in the order in which they are wanted."""
    limits = {
        quota["QuotaName"]: quota["Value"]
        for page in clients("service-quotas")
        .get_paginator("list_service_quotas")
        .paginate(ServiceCode="sagemaker", MaxResults=PAGE)
        for quota in page["Quotas"]
    }
    missing = [one.quota for one in wanted.instances if one.quota not in limits]
    if missing:
        raise NotThereError(f"SageMaker lists no quota {', '.join(missing)}")
    return tuple(Quota(limit=limits[one.quota]) for one in wanted.instances)


QUOTAS: Mapping[str, Callable[[ClientOf, Wanted], Quota]] = {
    "addresses": addresses,
    "environments": environments,
    "nat-gateways": nat_gateways,
    "vpcs": vpcs,
}
"""Quota -> what reads it."""
