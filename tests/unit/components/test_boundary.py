"""A permissions boundary bounds every role of the stack, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph

BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
ROLE = "aws:iam/role:Role"


def test_every_role_is_bounded_by_it(variant: Callable[..., Graph]) -> None:
    stack = variant(permissionsBoundary=BOUNDARY)

    boundaries = {role.inputs.get("permissionsBoundary") for role in stack.of_type(ROLE)}

    assert boundaries == {BOUNDARY}


def test_without_one_roles_are_what_their_policies_say(stack: Graph) -> None:
    assert not [role.name for role in stack.of_type(ROLE) if "permissionsBoundary" in role.inputs]
