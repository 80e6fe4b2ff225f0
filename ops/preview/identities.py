"""Keeps the identity of what only moved: Pulumi does, where an alias says so. Pure.

What AWS alone decides is made here from a resource's name in the program. A resource under another
name would so have another id, and whatever refers to it would seem to change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from ops.aliases import former_urns
from ops.computed import identities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.graph import Graph


def settled(before: Graph, after: Graph) -> Graph:
    """Return the first graph with the ids that its resources will go on having in the second."""
    renamed = dict(_renamed(before, after))
    if not renamed:
        return before
    resources = tuple(
        replace(resource, inputs=_replaced(resource.inputs, renamed)) for resource in before
    )
    return replace(before, resources=resources)


def _renamed(before: Graph, after: Graph) -> list[tuple[str, str]]:
    """Return old and new stand-ins of each id whose resource got another name by an alias."""
    known = {resource.urn: resource for resource in before if resource.custom}
    taken = {resource.urn for resource in after}
    former = former_urns(after)
    return [
        pair
        for now in after
        for urn in former.get(now.urn, frozenset())
        if now.urn not in known and urn in known and urn not in taken
        for pair in zip(identities(known[urn].name), identities(now.name), strict=True)
    ]


def _replaced(value: Any, renamed: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        for old, new in renamed.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        return {name: _replaced(item, renamed) for name, item in given.items()}
    if isinstance(value, list):
        return [_replaced(item, renamed) for item in cast("list[Any]", value)]
    return value
