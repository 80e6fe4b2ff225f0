"""Checks of subnets, routes and names in the network. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.preflight.check import Check, Fault

if TYPE_CHECKING:
    from ops.preflight.snapshot import NatGateway, Route, Subnet, Vpc
    from ops.preflight.wanted import Wanted

SUBNETS = 2
EVERYWHERE = "0.0.0.0/0"
LEAST_FREE_ADDRESSES = 32
"""Room for schedulers, workers, the triggerer and endpoints of one small environment."""


def are_two(wanted: Wanted, subnets: tuple[Subnet, ...]) -> Fault | None:
    """MWAA takes exactly two, and never others again."""
    if len(subnets) == SUBNETS:
        return None
    return Fault(
        found=f"{len(subnets)}: {_ids(subnets)}",
        expected=f"exactly {SUBNETS}, named {' and '.join(wanted.subnets)}",
        do="pulumi up; one that is there twice was made by hand: take its tags away",
    )


def lie_in_two_zones(wanted: Wanted, subnets: tuple[Subnet, ...]) -> Fault | None:
    """Two subnets of one zone are refused."""
    del wanted
    zones = sorted({subnet.zone for subnet in subnets})
    if len(zones) == SUBNETS:
        return None
    return Fault(
        found=f"zones {', '.join(zones)}",
        expected="two zones",
        do="give the subnets different zones; subnets have to be made anew for that",
    )


def lie_in_one_network(wanted: Wanted, subnets: tuple[Subnet, ...]) -> Fault | None:
    """Subnets of two networks cannot hold one environment."""
    del wanted
    networks = sorted({subnet.vpc for subnet in subnets})
    if len(networks) == 1:
        return None
    return Fault(
        found=f"networks {', '.join(networks)}",
        expected="one network",
        do="take the stack's tags from subnets that are not its own",
    )


def are_private(wanted: Wanted, subnets: tuple[Subnet, ...]) -> Fault | None:
    """A subnet is public when it leads straight to an internet gateway, or gives out addresses."""
    del wanted
    public = [
        f"{subnet.id} ({why})"
        for subnet in subnets
        if (why := _what_makes_it_public(subnet)) is not None
    ]
    if not public:
        return None
    return Fault(
        found=f"public: {', '.join(public)}",
        expected="no route to an internet gateway, no public addresses",
        do="pulumi refresh, then pulumi up: the route table or the subnet was changed by hand",
    )


def _what_makes_it_public(subnet: Subnet) -> str | None:
    if any(route.target.startswith("igw-") for route in subnet.routes):
        return "its routes lead to an internet gateway"
    return "it gives out public addresses" if subnet.gives_out_addresses else None


def have_room(wanted: Wanted, subnets: tuple[Subnet, ...]) -> Fault | None:
    """An environment that finds no address for a worker hangs."""
    del wanted
    full = [
        f"{subnet.id} has {subnet.free_addresses}"
        for subnet in subnets
        if subnet.free_addresses < LEAST_FREE_ADDRESSES
    ]
    if not full:
        return None
    return Fault(
        found=f"free addresses: {', '.join(full)}",
        expected=f"at least {LEAST_FREE_ADDRESSES} in each",
        do="set a larger mlops:vpcCidr (which makes a new network), or free addresses",
    )


def resolves_names(wanted: Wanted, vpc: Vpc) -> Fault | None:
    """Without both, endpoints and MWAA's own database are not found."""
    del wanted
    if vpc.dns_support and vpc.dns_hostnames:
        return None
    return Fault(
        found=f"DNS support {vpc.dns_support}, DNS hostnames {vpc.dns_hostnames}",
        expected="both on",
        do=f"pulumi up, or aws ec2 modify-vpc-attribute --vpc-id {vpc.id} for each",
    )


def lead_out(
    wanted: Wanted, subnets: tuple[Subnet, ...], gateways: tuple[NatGateway, ...]
) -> Fault | None:
    """Each private subnet leads to a NAT gateway that is there."""
    del wanted
    ready = {gateway.id for gateway in gateways if gateway.state == "available"}
    lost = [
        f"{subnet.id} ({_way_out(subnet.routes)})"
        for subnet in subnets
        if not any(_arrives(route) and route.target in ready for route in subnet.routes)
    ]
    if not lost:
        return None
    return Fault(
        found=f"no way out: {', '.join(lost)}",
        expected=f"a route to {EVERYWHERE} through a NAT gateway that is available",
        do="wait for the NAT gateway, else pulumi refresh and pulumi up",
    )


def lie_in_public_subnets(wanted: Wanted, gateways: tuple[NatGateway, ...]) -> Fault | None:
    """A NAT gateway in a private subnet leads nowhere, and nothing says so."""
    del wanted
    lost = [
        gateway.id
        for gateway in gateways
        if not any(_arrives(route) and route.target.startswith("igw-") for route in gateway.routes)
    ]
    if not lost:
        return None
    return Fault(
        found=f"without an internet gateway: {', '.join(lost)}",
        expected=f"the NAT gateway's subnet leads {EVERYWHERE} to an internet gateway",
        do="pulumi refresh, then pulumi up: network-public-default is that route",
    )


def lead_nowhere(wanted: Wanted, subnets: tuple[Subnet, ...]) -> Fault | None:
    """With endpoints alone, nothing leads to the internet."""
    del wanted
    open_ones = [
        f"{subnet.id} ({_way_out(subnet.routes)})"
        for subnet in subnets
        if any(route.destination == EVERYWHERE for route in subnet.routes)
    ]
    if not open_ones:
        return None
    return Fault(
        found=f"a way out: {', '.join(open_ones)}",
        expected=f"no route to {EVERYWHERE}, as mlops:egress is endpoints",
        do="remove the route; nothing of this stack made it",
    )


def _arrives(route: Route) -> bool:
    return route.destination == EVERYWHERE and route.state == "active"


def _way_out(routes: tuple[Route, ...]) -> str:
    found = [
        f"{route.target}, {route.state}" for route in routes if route.destination == EVERYWHERE
    ]
    return "; ".join(found) or f"no route to {EVERYWHERE}"


def _ids(subnets: tuple[Subnet, ...]) -> str:
    return ", ".join(subnet.id for subnet in subnets) or "none"


def _has_way_out(wanted: Wanted) -> bool:
    return wanted.has_way_out


CHECKS = (
    Check(
        name="subnets-two",
        says="there are exactly two private subnets",
        parts=("subnets",),
        judge=are_two,
    ),
    Check(
        name="subnets-zones",
        says="the private subnets lie in two zones",
        parts=("subnets",),
        judge=lie_in_two_zones,
    ),
    Check(
        name="subnets-network",
        says="the private subnets lie in one network",
        parts=("subnets",),
        judge=lie_in_one_network,
    ),
    Check(
        name="subnets-private",
        says="the private subnets are private",
        parts=("subnets",),
        judge=are_private,
    ),
    Check(
        name="subnets-room",
        says="the private subnets have addresses left",
        parts=("subnets",),
        judge=have_room,
    ),
    Check(
        name="network-names",
        says="names are resolved in the network",
        parts=("vpc",),
        judge=resolves_names,
    ),
    Check(
        name="nat-route",
        says="each private subnet leads to a NAT gateway that works",
        parts=("subnets", "nat_gateways"),
        judge=lead_out,
        applies=_has_way_out,
    ),
    Check(
        name="nat-public",
        says="each NAT gateway leads to the internet itself",
        parts=("nat_gateways",),
        judge=lie_in_public_subnets,
        applies=_has_way_out,
    ),
    Check(
        name="no-way-out",
        says="nothing leads to the internet",
        parts=("subnets",),
        judge=lead_nowhere,
        applies=lambda wanted: not wanted.has_way_out,
    ),
)
