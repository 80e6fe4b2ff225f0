"""The engine's resources become the graph that the rules know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from policy.pack import graph_of
from policy.rule import UNKNOWN


class NotKnownError(Exception):
    """What the engine's values raise in a preview."""


class Values(Mapping[str, Any]):
    """Values as the engine hands them over: asking for one that is not known raises."""

    def __init__(self, **known: Any) -> None:
        self._known = known

    def __getitem__(self, name: str) -> Any:
        if self._known[name] is NotKnownError:
            raise NotKnownError
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def given(name: str, *, protect: bool = False, **props: Any) -> Any:
    """Return a resource as the engine describes it."""
    return SimpleNamespace(
        urn=f"urn:pulumi:dev::mlops::aws:s3/bucket:Bucket::{name}",
        resource_type="aws:s3/bucket:Bucket",
        name=name,
        props=Values(**props),
        opts=SimpleNamespace(parent=None, protect=protect),
        dependencies=[],
        property_dependencies={},
    )


def test_stack_and_project_are_read_from_a_urn() -> None:
    graph = graph_of([given("b")], NotKnownError)

    assert (graph.stack, graph.project) == ("dev", "mlops")


def test_values_are_plain_however_deep_they_lie() -> None:
    graph = graph_of(
        [given("b", tags=Values(Stack="mlops-dev"), rules=(Values(a=1),))], NotKnownError
    )

    assert graph.named("b").inputs == {"tags": {"Stack": "mlops-dev"}, "rules": [{"a": 1}]}


def test_what_a_preview_does_not_know_is_marked() -> None:
    graph = graph_of([given("b", arn=NotKnownError)], NotKnownError)

    assert graph.named("b").inputs == {"arn": UNKNOWN}


def test_what_an_input_was_made_of_is_kept() -> None:
    bucket = given("b", protect=True)
    policy = given("p")
    policy.property_dependencies = {"bucket": [bucket]}

    graph = graph_of([bucket, policy], NotKnownError)

    assert graph.named("p").property_dependencies == {"bucket": frozenset({bucket.urn})}
    assert graph.named("b").options.protect
