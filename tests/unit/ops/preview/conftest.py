"""A role with a policy of given statements, as a graph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.ops.graphs import graph, resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.graph import Graph


@pytest.fixture
def role_policy() -> Callable[..., Graph]:
    """Return what makes the graph of a role `etl` whose policy has these statements."""

    def make(*statements: dict[str, Any]) -> Graph:
        document = {"Version": "2012-10-17", "Statement": [*statements]}
        return graph(
            resource("aws:iam/rolePolicy:RolePolicy", "p", role="etl", policy=json.dumps(document))
        )

    return make


@pytest.fixture
def allow() -> Callable[..., dict[str, Any]]:
    """Return what makes a statement that allows one action on one resource."""

    def make(
        action: str | list[str] = "s3:GetObject",
        on: str | list[str] = "arn:aws:s3:::b/raw/*",
        **condition: Any,
    ) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": action, "Resource": on}
        return {**statement, "Condition": condition} if condition else statement

    return make
