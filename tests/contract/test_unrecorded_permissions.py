"""The list of permissions that no run asks for holds nothing stale."""

from __future__ import annotations

import pytest

from tests.stack_roles import ROOT, STACKS, given_actions
from tests.unrecorded_permissions import BY_SERVICE, SELDOM, ByService, Seldom


@pytest.fixture(scope="module")
def given() -> set[tuple[str, str]]:
    """Return step and action of all that any stack gives."""
    return {
        (step, action)
        for stack in STACKS
        for step, actions in given_actions(stack).items()
        for action in actions
    }


@pytest.mark.parametrize("reason", BY_SERVICE, ids=lambda reason: reason.why[:40])
def test_what_a_service_does_is_still_given(given: set[tuple[str, str]], reason: ByService) -> None:
    wanted = {(role, action) for role in reason.roles for action in reason.actions}

    assert wanted - given == set()


@pytest.mark.parametrize("reason", SELDOM, ids=lambda reason: f"{reason.role} {reason.action}")
def test_what_is_seldom_done_is_still_given_and_still_done(
    given: set[tuple[str, str]], reason: Seldom
) -> None:
    source = (ROOT / reason.file).read_text(encoding="utf-8")

    assert (reason.role, reason.action) in given
    assert reason.text in source


def test_nothing_has_two_reasons() -> None:
    listed = [
        (role, action)
        for reason in BY_SERVICE
        for role in reason.roles
        for action in reason.actions
    ]
    listed += [(reason.role, reason.action) for reason in SELDOM]

    assert sorted(listed) == sorted(set(listed))
