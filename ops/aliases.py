"""Which addresses a resource had before, as its aliases say. Pure.

An alias is written relative to what the resource is now (`Alias(name="old")`), and a component's
aliases hold for everything below it. The engine works that out when it looks for a resource in its
state; here it is worked out for two graphs that are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.urns import head_of, join_urn, name_of, type_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.graph import Graph, Resource


def former_urns(graph: Graph) -> Mapping[str, frozenset[str]]:
    """Return, for each resource that has any, the URNs under which it may have been known."""
    by_urn = {resource.urn: resource for resource in graph}
    found: dict[str, frozenset[str]] = {}
    for resource in graph:
        _collect(resource, by_urn, found)
    return {urn: former for urn, former in found.items() if former}


def _collect(
    resource: Resource, by_urn: Mapping[str, Resource], found: dict[str, frozenset[str]]
) -> frozenset[str]:
    if resource.urn in found:
        return found[resource.urn]
    former = set(resource.options.aliases)
    parent = by_urn.get(resource.parent)
    if parent is not None:
        for known in _collect(parent, by_urn, found):
            former |= {
                _moved(urn, parent, known) for urn in (resource.urn, *resource.options.aliases)
            }
    found[resource.urn] = frozenset(former - {resource.urn})
    return found[resource.urn]


def _moved(urn: str, parent: Resource, former_parent: str) -> str:
    """Return a child's URN as it was below its parent's former one.

    A child that begins with its parent's name was then called after the parent's former name.
    """
    name, former_name = name_of(urn), name_of(former_parent)
    if name.startswith(parent.name):
        name = former_name + name.removeprefix(parent.name)
    return join_urn(head_of(former_parent), former_parent, type_of(urn), name)
