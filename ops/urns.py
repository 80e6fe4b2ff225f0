"""Addresses of resources in a stack, as the engine forms them. Pure.

`urn:pulumi:<stack>::<project>::<types of all parents>$<type>::<name>`
"""

from __future__ import annotations

from typing import Final

SEPARATOR: Final = "::"
STACK_TYPE: Final = "pulumi:pulumi:Stack"


def join_urn(head: str, parent: str, token: str, name: str) -> str:
    """Return the URN of a resource.

    Args:
        head: `urn:pulumi:<stack>::<project>`.
        parent: URN of what it belongs to; empty, or the stack's, for none.
        token: Its type.
        name: The program's name for it.
    """
    above = types_of(parent) if parent else STACK_TYPE
    types = token if above == STACK_TYPE else f"{above}${token}"
    return SEPARATOR.join((head, types, name))


def head_of(urn: str) -> str:
    """Return the part of a URN that names stack and project."""
    return SEPARATOR.join(urn.split(SEPARATOR)[:2])


def types_of(urn: str) -> str:
    """Return the part of a URN with the types of all parents and its own."""
    return urn.split(SEPARATOR)[2]


def type_of(urn: str) -> str:
    """Return the type of a resource itself, such as `aws:s3/bucket:Bucket`."""
    return types_of(urn).rsplit("$", 1)[-1]


def name_of(urn: str) -> str:
    """Return the last part of a URN: the program's name for the resource."""
    return urn.split(SEPARATOR, 3)[-1]
