"""Bounds every role of a stack by a policy of the account's owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable

ROLE = "aws:iam/role:Role"


def bound_roles(boundary_arn: str | None) -> None:
    """Give every role that the program makes from now on this permissions boundary; none for None.

    It is done to the whole stack, not by each component: a role that somebody forgot to bound is
    what a boundary is for.
    """
    if boundary_arn:
        pulumi.runtime.register_stack_transformation(_bounded_by(boundary_arn))


def _bounded_by(
    boundary_arn: str,
) -> Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]:
    def bound(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != ROLE:
            return None
        props = {**args.props, "permissions_boundary": boundary_arn}
        return pulumi.ResourceTransformationResult(props=props, opts=args.opts)

    return bound
