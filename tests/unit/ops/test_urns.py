"""Addresses of resources: put together, and taken apart."""

from __future__ import annotations

from ops.urns import head_of, join_urn, name_of, type_of
from tests.unit.ops.graphs import HEAD

NETWORK = f"{HEAD}::mlops:network:Network::network"


def test_the_stack_is_no_part_of_an_address() -> None:
    stack = f"{HEAD}::pulumi:pulumi:Stack::mlops-dev"

    assert join_urn(HEAD, stack, "aws:s3/bucket:Bucket", "b") == f"{HEAD}::aws:s3/bucket:Bucket::b"


def test_below_a_component_its_type_is_part_of_the_address() -> None:
    urn = join_urn(HEAD, NETWORK, "aws:ec2/vpc:Vpc", "v")

    assert urn == f"{HEAD}::mlops:network:Network$aws:ec2/vpc:Vpc::v"


def test_an_address_can_be_taken_apart_again() -> None:
    urn = join_urn(HEAD, NETWORK, "aws:ec2/vpc:Vpc", "v")

    assert (head_of(urn), type_of(urn), name_of(urn)) == (HEAD, "aws:ec2/vpc:Vpc", "v")
