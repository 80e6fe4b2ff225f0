"""I6: each role can do what its step needs and nothing else. Last of its tier: it looks back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sagemaker_sdk import judge
from tests.stack_roles import REVIEW, STACKS, given_actions, step_of
from tests.unrecorded_permissions import BY_SERVICE, SELDOM
from twin.calls.journal import Recorded, read_journal

if TYPE_CHECKING:
    from tests.end_to_end.project import Project

TWIN = "twin"


@pytest.fixture(scope="module")
def calls(project: Project) -> tuple[Recorded, ...]:
    """Return every call of a role, from the first push on."""
    return tuple(read_journal(project.workspace.last / "calls.jsonl"))


@pytest.fixture(scope="module")
def used(calls: tuple[Recorded, ...]) -> set[tuple[str, str]]:
    """Return step and action of all that was asked for."""
    return {(step_of(call.role, TWIN), one.action) for call in calls for one in call.asked}


def test_every_call_of_every_role_is_allowed_by_its_policies(calls: tuple[Recorded, ...]) -> None:
    denied = [(step_of(call.role, TWIN), call.denied) for call in calls if call.denied]

    assert len(calls) > 80
    assert denied == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_action_that_a_role_is_given_is_used_or_has_a_reason(
    used: set[tuple[str, str]], stack: str
) -> None:
    given = {
        (step, one)
        for step, actions in given_actions(stack).items()
        if step not in REVIEW  # tests/functional/twin/test_reviews.py
        for one in actions
    }
    by_service = {(role, one) for why in BY_SERVICE for role in why.roles for one in why.actions}
    seldom = {(why.role, why.action) for why in SELDOM}

    assert sorted(given - used - by_service - seldom) == []


def test_no_reason_speaks_of_a_service_where_our_own_code_asks(
    used: set[tuple[str, str]],
) -> None:
    by_service = {(role, one) for why in BY_SERVICE for role in why.roles for one in why.actions}

    assert sorted(by_service & used) == []


def test_every_role_of_a_step_was_at_work(used: set[tuple[str, str]]) -> None:
    idle = set(given_actions(TWIN)) - {step for step, _ in used}

    assert idle == {"flow-logs"}  # nothing flows in the twin


def test_the_sdk_would_have_sent_what_was_recorded(calls: tuple[Recorded, ...]) -> None:
    made = [
        (call.operation, dict(call.parameters))
        for call in calls
        if call.service == "sagemaker" and call.operation.startswith(("Create", "Update"))
    ]

    found = judge(made)

    assert {operation for operation, _ in made} >= {"CreateTrainingJob", "CreateEndpoint"}
    assert [problem for problems in found for problem in problems] == []
