"""What the roles of a stack are given, by the step that each is for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ops.iam.documents import parse
from ops.iam.evaluate import actions_of
from ops.program import StandInCloud, evaluate
from tests import stack_forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.program import Graph

ROOT = Path(__file__).resolve().parents[1]
STACKS = ("dev", "prod", "twin")
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


REVIEW = ("review", "review-start")
"""Steps of pull requests, which no stack has by itself: they have a test of their own."""


def given_actions(stack: str) -> Mapping[str, set[str]]:
    """Return step -> the actions that its role may do anywhere, in any form of the stack."""
    found: dict[str, set[str]] = {}
    for graph in _forms(stack):
        for policy in graph.of_type(ROLE_POLICY):
            step = step_of(str(policy.inputs["role"]), stack)
            found.setdefault(step, set()).update(actions_of(parse(str(policy.inputs["policy"]))))
    return found


def _forms(stack: str) -> Iterator[Graph]:
    if stack in stack_forms.STACKS:
        yield from (stack_forms.stack(stack, form) for form in stack_forms.FORMS)
    else:
        yield evaluate(ROOT, stack, StandInCloud())


def step_of(role: str, stack: str) -> str:
    """Return the step of a role, by its name or ARN."""
    return role.rsplit("/", 1)[-1].removeprefix(f"mlops-{stack}-")
