"""What a rule is, and how it finds its way in a graph. Pure."""

from __future__ import annotations

import json
import operator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ops.graph import Graph, Resource

    # Yields what is wrong, a finding each.
    Check = Callable[[Graph], Iterable["Finding"]]


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How Pulumi writes a text that a preview does not know."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that breaks a rule.

    Attributes:
        resource: The program's own name of the resource.
        type: Its type token, such as `aws:s3/bucket:Bucket`.
        found: What there is.
        expected: What there should be, as a phrase.
    """

    resource: str
    type: str
    found: str
    expected: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        name: In kebab-case; what a reader searches for.
        says: The rule as a sentence.
        do: How to mend what breaks it.
        check: Finds what breaks it.
    """

    name: str
    says: str
    do: str
    check: Check


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule, and what breaks it."""

    rule: Rule
    finding: Finding

    def __str__(self) -> str:
        found = self.finding
        return (
            f"{self.rule.name}: {found.type} {found.resource}: found {found.found:.200}; "
            f"expected {found.expected}; do: {self.rule.do}"
        )


def finding(resource: Resource, found: object, expected: str) -> Finding:
    """Return a finding about a resource; `found` is shown as it is written in Python."""
    text = found if isinstance(found, str) and " " in found else repr(found)
    return Finding(resource=resource.name, type=resource.type, found=text, expected=expected)


def value(inputs: object, path: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what lies at a dotted path, None where any part of it is missing."""
    for name in path.split("."):
        if not isinstance(inputs, dict):
            return None
        inputs = cast("Mapping[str, object]", inputs).get(name)
    return inputs


def expect(
    graph: Graph, token: str, path: str, accepts: Callable[[Any], bool], expected: str
) -> Iterator[Finding]:
    """Find the resources of a type whose property is not accepted."""
    for resource in graph.of_type(token):
        found = value(resource.inputs, path)
        if is_known(found) and not accepts(found):
            yield finding(resource, found, f"{path} {expected}")


def equals(wanted: object) -> Callable[[Any], bool]:
    """Return what accepts one value alone."""
    return partial(operator.eq, wanted)


def is_known(found: object) -> bool:
    """Tell whether a preview knows a value; what it does not know breaks no rule yet."""
    return isinstance(found, (bool, int, float, dict, list, type(None))) or (
        isinstance(found, str) and found != UNKNOWN
    )


def items(inputs: object, path: str) -> list[Any]:
    """Return the list at a dotted path; an empty one where it is missing or not known."""
    found = value(inputs, path)
    return cast("list[Any]", found) if isinstance(found, list) else []


def block(inputs: object, path: str) -> dict[str, Any]:
    """Return the block at a dotted path; an empty one where it is missing or not known."""
    found = value(inputs, path)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def settings_of(graph: Graph, owner: Resource, token: str, name: str) -> list[Resource]:
    """Return the resources of a type whose property `name` points at the owner.

    They are found by what the program handed over, not by value: in a preview values are unknown.
    """
    return [
        resource
        for resource in graph.of_type(token)
        if owner.urn in resource.property_dependencies.get(name, frozenset())
    ]


def each_has(
    graph: Graph, owners: str, token: str, name: str, accepts: Callable[[Resource], bool]
) -> Iterator[tuple[Resource, list[Resource]]]:
    """Find the owners that no setting of the type satisfies, each with the settings it has."""
    for owner in graph.of_type(owners):
        settings = settings_of(graph, owner, token, name)
        if not any(accepts(setting) for setting in settings):
            yield owner, settings


def statements(document: object) -> list[dict[str, Any]]:
    """Return the statements of a policy document; none when it is not known yet."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return []
    found = value(document, "Statement")
    return [found] if isinstance(found, dict) else list(found or [])


def texts(found: object) -> list[str]:
    """Return a policy's value or values as a list."""
    return [found] if isinstance(found, str) else [str(item) for item in cast("Any", found or [])]


def is_production(graph: Graph) -> bool:
    """Tell whether people depend on the stack, by its name: `prod`, `prod-eu`, `production`."""
    return graph.stack.startswith("prod")
