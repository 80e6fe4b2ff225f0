"""Graphs for tests: resources with defaults, so that each test names what it is about alone."""

from __future__ import annotations

from typing import Any

from ops.graph import Graph, Options, Resource
from ops.urns import join_urn

HEAD = "urn:pulumi:dev::mlops"


def resource(
    token: str,
    name: str,
    /,
    *,
    parent: str = "",
    secrets: tuple[str, ...] = (),
    depends: dict[str, str] | None = None,
    options: Options | None = None,
    **inputs: Any,
) -> Resource:
    """Return a resource; `depends` says which input holds something of which URN."""
    return Resource(
        urn=join_urn(HEAD, parent, token, name),
        type=token,
        name=name,
        id="" if token.startswith("mlops:") else f"{name}-id",
        custom=not token.startswith("mlops:"),
        inputs=inputs,
        secrets=frozenset(secrets),
        parent=parent,
        dependencies=frozenset((depends or {}).values()),
        property_dependencies={
            key: frozenset({urn}) if urn else frozenset[str]()
            for key, urn in (depends or {}).items()
        },
        options=options or Options(),
    )


def graph(*resources: Resource) -> Graph:
    """Return the dev stack with these resources."""
    return Graph("mlops", "dev", tuple(sorted(resources, key=lambda one: one.urn)))
