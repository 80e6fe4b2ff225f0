"""Which addresses a resource had before, as its aliases say. Pure.

An alias is written relative to what the resource is now (`Alias(name="old")`), and a component's
aliases hold for everything below it. The engine works that out when it looks for a resource in its
state; here it is worked out for two graphs that are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.graph import Graph, Resource

SEPARATOR = "::"
STACK_TYPE = "pulumi:pulumi:Stack"


def join_urn(head: str, parent: str, token: str, name: str) -> str:
    """Return the URN of a resource.

    Args:
        head: `urn:pulumi:<stack>::<project>`.
        parent: URN of what it belongs to; empty, or the stack's, for none.
        token: Its type.
        name: The program's name for it.
    """
    above = parent.split(SEPARATOR)[2] if parent else ""
    qualified = token if above in ("", STACK_TYPE) else f"{above}${token}"
    return SEPARATOR.join((head, qualified, name))


def urn_head(urn: str) -> str:
    """Return the part of a URN that names stack and project."""
    return SEPARATOR.join(urn.split(SEPARATOR)[:2])


def urn_name(urn: str) -> str:
    """Return the last part of a URN: the program's name for the resource."""
    return urn.split(SEPARATOR)[-1]


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
    name, former_name = urn_name(urn), urn_name(former_parent)
    if name.startswith(parent.name):
        name = former_name + name.removeprefix(parent.name)
    token = urn.split(SEPARATOR)[2].split("$")[-1]
    return join_urn(urn_head(former_parent), former_parent, token, name)
