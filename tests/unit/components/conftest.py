"""The dev stack as the program declares it, evaluated once for all tests of components."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from ops.computed import computed_outputs
from ops.program import Graph, StandInCloud, evaluate

Variant = Callable[..., Graph]
"""Takes a stack's name and settings, gives the graph."""

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def stack() -> Graph:
    """Return the dev stack, with everything known."""
    return evaluate(ROOT, "dev", StandInCloud())


@pytest.fixture(scope="session")
def variant() -> Variant:
    """Return what evaluates a stack with other settings: `variant("dev", egress="endpoints")`."""

    @functools.cache
    def build(stack: str = "dev", *, preview: bool = False, **settings: str) -> Graph:
        values = {f"mlops:{name}": value for name, value in settings.items()}
        return evaluate(ROOT, stack, StandInCloud(preview=preview), preview=preview, values=values)

    return build


@pytest.fixture(scope="session")
def prod() -> Graph:
    """Return the prod stack, with everything known."""
    return evaluate(ROOT, "prod", StandInCloud())


@pytest.fixture(scope="session")
def preview() -> Graph:
    """Return the dev stack before anything of it exists, with everything unknown that is."""
    return evaluate(ROOT, "dev", StandInCloud(preview=True), preview=True)


@pytest.fixture(scope="session")
def inputs_of(stack: Graph) -> Callable[[str], dict[str, Any]]:
    """Return what looks up a resource's inputs by the program's name for it."""

    def look_up(name: str) -> dict[str, Any]:
        return dict(stack.named(name).inputs)

    return look_up


@pytest.fixture(scope="session")
def key_of(stack: Graph) -> Callable[[str], str]:
    """Return what looks up a key's ARN by its purpose."""

    def look_up(purpose: str) -> str:
        key = stack.named(f"keys-{purpose}")
        outputs = computed_outputs(
            key.type, key.name, key.inputs, region="us-east-1", account="123456789012"
        )
        return outputs["arn"]

    return look_up


@pytest.fixture(scope="session")
def permissions_of(stack: Graph) -> Callable[[str], dict[str, list[str]]]:
    """Return what looks up the actions of a role's policy, with the resources of each."""

    def look_up(name: str) -> dict[str, list[str]]:
        document = json.loads(stack.named(name).inputs["policy"])
        found: dict[str, list[str]] = {}
        for statement in cast("list[dict[str, Any]]", document["Statement"]):
            for action in statement["Action"]:
                found.setdefault(action, []).extend(statement["Resource"])
        return found

    return look_up
