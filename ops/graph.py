"""A stack as plain data: what the program asked for, before any cloud has seen it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a resource was registered with beside its inputs.

    Attributes:
        aliases: Full URNs that the resource itself may have had before; those that come with its
            parent's are in `ops.aliases.former_urns`.
    """

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    ignore_changes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    create_timeout: str = ""
    update_timeout: str = ""
    delete_timeout: str = ""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource as the program registered it.

    Attributes:
        urn: Its address in the stack; unique.
        type: The type token, such as `aws:s3/bucket:Bucket`.
        name: The program's own name for it, not the cloud's.
        id: What the cloud calls it; empty for components and in a preview.
        custom: Whether a provider creates it; components are not custom.
        inputs: Arguments under the provider's camelCase names. Secrets are unwrapped (their names
            are in `secrets`); values not known in a preview are the runtime's unknown marker.
        secrets: Names of inputs that hold a secret anywhere within.
        parent: URN of the component (or stack) it belongs to.
        dependencies: URNs that have to exist first.
        property_dependencies: The same for each input by itself.
        options: Protection, timeouts, aliases.
    """

    urn: str
    type: str
    name: str
    id: str
    custom: bool
    inputs: Mapping[str, Any]
    secrets: frozenset[str]
    parent: str
    dependencies: frozenset[str]
    property_dependencies: Mapping[str, frozenset[str]]
    options: Options


@dataclass(frozen=True)
class Graph:
    """Every resource of one stack, sorted by URN, and the stack's outputs."""

    project: str
    stack: str
    resources: tuple[Resource, ...]
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __iter__(self) -> Iterator[Resource]:
        """Go through the resources, sorted by URN."""
        return iter(self.resources)

    def of_type(self, token: str) -> tuple[Resource, ...]:
        """Return the resources of one type, such as `aws:s3/bucket:Bucket`."""
        return tuple(resource for resource in self.resources if resource.type == token)

    def named(self, name: str) -> Resource:
        """Return the one resource that the program calls `name`.

        Raises:
            LookupError: There is none of that name, or several.
        """
        found = [resource for resource in self.resources if resource.name == name]
        if len(found) != 1:
            known = ", ".join(sorted(resource.name for resource in self.resources))
            raise LookupError(f"{len(found)} resources are named {name!r}; there are: {known}")
        return found[0]


def short_type(token: str) -> str:
    """Return a type as people say it: `s3 Bucket` for `aws:s3/bucket:Bucket`."""
    _, module, name = token.split(":")
    return f"{module.split('/')[0]} {name}"
