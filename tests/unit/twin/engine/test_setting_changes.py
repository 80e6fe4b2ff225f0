"""The table of settings, as its readers ask it; a contract test holds the program to it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from twin.engine.setting_changes import FIRST, FORMS, SECOND, form_of


@pytest.mark.parametrize("setting", ["branch", "usageEtlMinutes"])
def test_most_settings_are_changed_from_the_stack_as_it_is(setting: str) -> None:
    assert form_of(setting) is FIRST


@pytest.mark.parametrize("setting", ["connectionArn", "egress"])
def test_what_needs_others_beside_it_is_changed_from_the_second_form(setting: str) -> None:
    assert form_of(setting) is SECOND


def test_what_makes_a_form_is_changed_from_the_one_before() -> None:
    for before, after in pairwise(FORMS):
        made_by = {name for name, value in after.beside.items() if before.beside.get(name) != value}

        assert [name for name in made_by if form_of(name) is not before] == []
