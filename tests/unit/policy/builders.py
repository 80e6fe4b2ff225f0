"""Graphs of a few resources, with what a rule looks at and nothing else."""

from __future__ import annotations

from typing import Any

from ops.graph import Graph, Options, Resource


def resource(
    token: str,
    name: str = "it",
    *,
    uses: dict[str, str] | None = None,
    protect: bool = False,
    **inputs: Any,
) -> Resource:
    """Return a resource; `uses` says which input comes from which other resource, by name."""
    return Resource(
        urn=urn(name),
        type=token,
        name=name,
        id="",
        custom=True,
        inputs=inputs,
        secrets=frozenset(),
        parent="",
        dependencies=frozenset(),
        property_dependencies={
            key: frozenset(urn(other) for other in others.split())
            for key, others in (uses or {}).items()
        },
        options=Options(protect=protect),
    )


def urn(name: str) -> str:
    """Return the URN that `resource` gives."""
    return f"urn:pulumi:dev::mlops::a:b:c::{name}"


def graph(*resources: Resource, stack: str = "dev") -> Graph:
    """Return a stack of these resources."""
    return Graph("mlops", stack, resources)


def broken(rules: Any, found: Graph) -> set[str]:
    """Return the names of the rules that a graph breaks."""
    return {rule.name for rule in rules if list(rule.check(found))}
