"""Data sources answer as the account would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin.errors import TwinError

if TYPE_CHECKING:
    from tests.fake_aws import FakeAws
    from twin.resources.factory import Factory

ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"


def test_the_caller_is_who_sts_says(factory: Factory, aws: FakeAws) -> None:
    aws.answers["get_caller_identity"] = {"Account": "1", "Arn": "arn:me", "UserId": "U"}

    found = factory.look_up("aws:index/getCallerIdentity:getCallerIdentity", {})

    assert found == {"id": "1", "accountId": "1", "arn": "arn:me", "userId": "U"}


def test_the_region_is_the_programs(factory: Factory) -> None:
    assert factory.look_up("aws:index/getRegion:getRegion", {})["region"] == "us-east-1"


def test_zones_are_filtered_by_state_and_name(factory: Factory, aws: FakeAws) -> None:
    aws.answers["describe_availability_zones"] = {
        "AvailabilityZones": [
            {"ZoneName": "a", "ZoneId": "1", "State": "available"},
            {"ZoneName": "b", "ZoneId": "2", "State": "impaired"},
            {"ZoneName": "c", "ZoneId": "3", "State": "available"},
        ]
    }

    found = factory.look_up(ZONES, {"state": "available", "excludeNames": ["c"]})

    assert found["names"] == ["a"]


def test_filters_reach_ec2(factory: Factory, aws: FakeAws) -> None:
    kinds = {"name": "zone-type", "values": ["availability-zone"]}

    factory.look_up(ZONES, {"filters": [kinds]})

    assert aws.asked("describe_availability_zones")["Filters"] == [
        {"Name": "zone-type", "Values": ["availability-zone"]}
    ]


def test_a_group_that_is_not_one_is_an_error(factory: Factory, aws: FakeAws) -> None:
    aws.answers["describe_security_groups"] = {"SecurityGroups": []}

    with pytest.raises(TwinError, match="0 security groups match"):
        factory.look_up("aws:ec2/getSecurityGroup:getSecurityGroup", {"name": "default"})
