"""Former addresses: what a resource's own aliases and those above it come to."""

from __future__ import annotations

from ops.aliases import former_urns
from ops.graph import Options
from tests.unit.ops.graphs import HEAD, graph, resource

OLD_NETWORK = f"{HEAD}::mlops:net:Old::net"


def test_a_resource_without_aliases_has_no_former_address() -> None:
    found = former_urns(graph(resource("aws:ec2/vpc:Vpc", "vpc")))

    assert found == {}


def test_an_alias_is_a_former_address() -> None:
    vpc = resource("aws:ec2/vpc:Vpc", "vpc", options=Options(aliases=(f"{HEAD}::x::old",)))

    assert former_urns(graph(vpc)) == {vpc.urn: {f"{HEAD}::x::old"}}


def test_a_components_alias_holds_for_what_is_below_it() -> None:
    network = resource("mlops:network:Network", "network", options=Options(aliases=(OLD_NETWORK,)))
    vpc = resource("aws:ec2/vpc:Vpc", "main", parent=network.urn)

    found = former_urns(graph(network, vpc))

    assert found[vpc.urn] == {f"{HEAD}::mlops:net:Old$aws:ec2/vpc:Vpc::main"}


def test_a_child_named_after_its_parent_was_named_after_the_former_one() -> None:
    network = resource("mlops:network:Network", "network", options=Options(aliases=(OLD_NETWORK,)))
    vpc = resource("aws:ec2/vpc:Vpc", "network-vpc", parent=network.urn)

    found = former_urns(graph(network, vpc))

    assert found[vpc.urn] == {f"{HEAD}::mlops:net:Old$aws:ec2/vpc:Vpc::net-vpc"}


def test_a_renamed_child_of_a_renamed_component_has_every_combination() -> None:
    network = resource("mlops:network:Network", "network", options=Options(aliases=(OLD_NETWORK,)))
    was_below_new = f"{HEAD}::mlops:network:Network$aws:ec2/vpc:Vpc::first"
    vpc = resource(
        "aws:ec2/vpc:Vpc", "second", parent=network.urn, options=Options(aliases=(was_below_new,))
    )

    found = former_urns(graph(network, vpc))

    below_old = f"{HEAD}::mlops:net:Old$aws:ec2/vpc:Vpc"
    assert found[vpc.urn] == {was_below_new, f"{below_old}::first", f"{below_old}::second"}
