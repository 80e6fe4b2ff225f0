"""Route tables and routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.twin.resources.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_aws import FakeAws
    from twin.resources.resource import Created

    Create = Callable[[str, Mapping[str, object]], Created]


def test_routes_that_stand_in_a_table_are_created(create: Create, aws: FakeAws) -> None:
    token = "aws:ec2/routeTable:RouteTable"  # noqa: S105 - a type token

    created = create(token, SAMPLES[token])

    assert aws.asked("create_route") == {
        "RouteTableId": created.id,
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": "igw-1",
    }


def test_a_route_leads_to_its_gateway(create: Create, aws: FakeAws) -> None:
    token = "aws:ec2/route:Route"  # noqa: S105 - a type token

    created = create(token, SAMPLES[token])

    assert aws.asked("create_route")["NatGatewayId"] == "nat-1"
    assert created.id.startswith("r-rtb-1")
