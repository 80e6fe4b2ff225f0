"""Entries under a title: folded where they are many, told once where stacks share them."""

from __future__ import annotations

import pytest

from ops.preview.sections import UNFOLDED, Section, Told


def told(*items: str, title: str = "Changed") -> Told:
    return Told("dev", "toy-dev", [Section(title, items)])


def test_few_entries_are_in_the_open() -> None:
    assert Section("Added", ("a", "b")).render(10) == "**Added**\n- a\n- b"


@pytest.mark.parametrize(("is_grave", "begins"), [(False, "<details>"), (True, "**Deleted**\n")])
def test_many_entries_are_folded_unless_they_are_grave(*, is_grave: bool, begins: str) -> None:
    items = tuple(str(number) for number in range(UNFOLDED + 1))

    assert Section("Deleted", items, is_grave=is_grave).render(100).startswith(begins)


def test_what_does_not_fit_is_counted() -> None:
    assert Section("Added", ("a", "b", "c")).render(1).splitlines()[2].startswith("- … and 2 more")


def test_an_entry_that_was_told_of_another_stack_is_counted() -> None:
    section = Section("Changed", ("`toy-prod-q`", "`other`"))

    rest = told("`toy-dev-q`").rest(section, "toy-prod")

    assert rest.render(10) == "**Changed**\n- `other`\n- and 1 as in **dev**"


def test_an_entry_of_another_section_is_told_again() -> None:
    section = Section("Changed", ("`q`",))

    assert told("`q`", title="Added").rest(section, "toy-prod").items == ("`q`",)


def test_what_is_grave_is_told_of_each_stack() -> None:
    section = Section("Deleted", ("`q`",), is_grave=True)

    assert told("`q`", title="Deleted").rest(section, "toy-prod") == section


def test_sections_of_which_all_was_told_are_one_sentence() -> None:
    known = told("`q`", "`r`")
    section = known.rest(Section("Changed", ("`q`", "`r`")), "toy-prod")

    sentence = known.refer([section], "toy-prod")

    assert sentence == "As in **dev**, but for `toy-prod` in the names: changed (2)."
