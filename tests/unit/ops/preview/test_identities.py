"""What only moved keeps its identity, and with it whatever refers to it."""

from __future__ import annotations

from ops.computed import identities
from ops.graph import Graph, Options, Resource
from ops.preview.identities import settled
from tests.unit.ops.graphs import graph, resource

KEY = "aws:kms/key:Key"
REPOSITORY = "aws:ecr/repository:Repository"


def encrypted_with(key: str) -> Resource:
    """Return a repository that refers to a key by what stands for its ARN."""
    return resource(
        REPOSITORY, "images", encryption=[{"kmsKey": f"arn:aws:kms:::key/{identities(key)[1]}"}]
    )


def renamed(*, alias: bool) -> tuple[Graph, Graph]:
    """Return a stack whose key got another name."""
    old = resource(KEY, "old")
    new = resource(KEY, "new", options=Options(aliases=(old.urn,)) if alias else None)
    return graph(old, encrypted_with("old")), graph(new, encrypted_with("new"))


def test_a_resource_that_moved_is_referred_to_as_before() -> None:
    before, after = renamed(alias=True)

    found = settled(before, after)

    assert found.named("images").inputs == after.named("images").inputs


def test_without_an_alias_it_is_another_resource() -> None:
    before, after = renamed(alias=False)

    assert settled(before, after) == before


def test_an_alias_of_what_is_still_there_moves_nothing() -> None:
    before, after = renamed(alias=True)
    both = graph(*after, resource(KEY, "old"))

    assert settled(before, both) == before
