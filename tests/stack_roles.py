"""What the roles of a stack are given, by the step that each is for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ops.iam.documents import parse
from ops.iam.evaluate import actions_of
from ops.program import StandInCloud, evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[1]
STACKS = ("dev", "prod", "twin")
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


def given_actions(stack: str) -> Mapping[str, set[str]]:
    """Return step -> the actions that its role may do anywhere."""
    found: dict[str, set[str]] = {}
    for policy in evaluate(ROOT, stack, StandInCloud()).of_type(ROLE_POLICY):
        step = step_of(str(policy.inputs["role"]), stack)
        found.setdefault(step, set()).update(actions_of(parse(str(policy.inputs["policy"]))))
    return found


def step_of(role: str, stack: str) -> str:
    """Return the step of a role, by its name or ARN."""
    return role.rsplit("/", 1)[-1].removeprefix(f"mlops-{stack}-")
