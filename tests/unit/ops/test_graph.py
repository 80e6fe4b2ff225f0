"""A graph is asked by type and by name."""

from __future__ import annotations

import pytest

from ops.graph import Graph, Options, Resource, short_type


def resource(name: str, type_: str = "aws:s3/bucket:Bucket") -> Resource:
    """Return a resource of which only name and type matter."""
    return Resource(
        urn=f"urn:{type_}::{name}",
        type=type_,
        name=name,
        id="",
        custom=True,
        inputs={},
        secrets=frozenset(),
        parent="",
        dependencies=frozenset(),
        property_dependencies={},
        options=Options(),
    )


GRAPH = Graph("toy", "dev", (resource("a"), resource("b"), resource("b", "aws:sqs/queue:Queue")))


def test_resources_are_found_by_type() -> None:
    assert [found.name for found in GRAPH.of_type("aws:s3/bucket:Bucket")] == ["a", "b"]


def test_a_resource_is_found_by_its_name() -> None:
    assert GRAPH.named("a").urn == "urn:aws:s3/bucket:Bucket::a"


@pytest.mark.parametrize(("name", "count"), [("b", 2), ("c", 0)])
def test_a_name_that_is_not_one_resources_is_refused(name: str, count: int) -> None:
    with pytest.raises(LookupError, match=f"{count} resources are named '{name}'; there are: a, b"):
        GRAPH.named(name)


def test_a_type_is_said_as_people_say_it() -> None:
    assert short_type("aws:s3/bucket:Bucket") == "s3 Bucket"
