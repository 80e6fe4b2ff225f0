"""Each stack keeps every rule, as it is and in its other forms, known and unknown."""

from __future__ import annotations

import pytest

from policy.operation import TAGGED
from policy.rules import violations
from tests.stack_forms import ALL, FORMS, STACKS, stack

ADDRESS_USERS = ("aws:ec2/natGateway:NatGateway",)


@pytest.mark.parametrize("preview", [False, True], ids=["known", "unknown"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", STACKS)
def test_a_stack_keeps_every_rule(name: str, form: str, *, preview: bool) -> None:
    found = violations(stack(name, form, preview=preview))

    assert [str(violation) for violation in found] == []


def test_the_types_that_take_tags_are_those_of_the_program() -> None:
    tagged = {
        resource.type
        for name, form in ALL
        for resource in stack(name, form)
        if resource.inputs.get("tags")
    }

    assert tagged == TAGGED


@pytest.mark.parametrize("form", FORMS)
def test_every_security_group_is_used(form: str) -> None:
    graph = stack("prod", form)

    groups = {
        group.urn: group.name for group in graph.of_type("aws:ec2/securityGroup:SecurityGroup")
    }
    used = {
        urn
        for resource in graph
        if not resource.type.startswith("aws:vpc/securityGroup")
        for name in resource.property_dependencies
        for urn in resource.property_dependencies[name]
    }
    assert sorted(groups[urn] for urn in groups.keys() - used) == []


@pytest.mark.parametrize("form", FORMS)
def test_every_address_is_used(form: str) -> None:
    graph = stack("prod", form)

    used = {
        urn
        for token in ADDRESS_USERS
        for gateway in graph.of_type(token)
        for urn in gateway.property_dependencies.get("allocationId", frozenset())
    }
    assert {address.urn for address in graph.of_type("aws:ec2/eip:Eip")} == used


def test_a_function_inside_the_network_has_two_zones() -> None:
    graph = stack("prod", "private")

    zones = [
        {
            subnet.inputs["availabilityZone"]
            for subnet in graph.of_type("aws:ec2/subnet:Subnet")
            if subnet.urn in function.property_dependencies.get("vpcConfig", frozenset())
        }
        for function in graph.of_type("aws:lambda/function:Function")
    ]

    assert [len(each) for each in zones] == [2]
