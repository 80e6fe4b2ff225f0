"""A change of a setting changes the resources that it should, and no other."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ops.graph_json import graph_from_json, graph_to_json
from ops.preview.comparison import ResourceChange, compare
from ops.program import Graph, StandInCloud, evaluate
from ops.stack_files import read_stack_config
from twin.engine.setting_changes import CHANGES, FORMS, Form, form_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
GROUPS = [(form, group) for form in FORMS for group in form.groups]


@cache
def stack(values: tuple[tuple[str, str], ...]) -> Graph:
    """Return the dev stack with these settings, as plain as a preview compares it."""
    given = {f"mlops:{name}": value for name, value in values}
    return graph_from_json(
        graph_to_json(evaluate(ROOT, "dev", StandInCloud(), values=given), ROOT, str)
    )


def changed(form: Form, *settings: str) -> tuple[ResourceChange, ...]:
    """Return what becomes of a stack of this form when settings get their other values."""
    values = {setting: CHANGES[setting][0] for setting in settings}
    before, after = _with(form.beside), _with({**form.beside, **values})
    return compare(before, after).changes


def _with(values: Mapping[str, str]) -> Graph:
    return stack(tuple(sorted(values.items())))


def test_every_setting_has_its_changes_here() -> None:
    own = (key for key in read_stack_config(ROOT, "dev").values if key.startswith("mlops:"))

    assert {key.removeprefix("mlops:") for key in own} == set(CHANGES)


def test_every_setting_is_in_one_group() -> None:
    found = Counter(setting for _, group in GROUPS for setting in group)

    assert found == Counter(dict.fromkeys(CHANGES, 1))


@pytest.mark.parametrize("setting", CHANGES)
def test_a_setting_changes_what_it_should_and_nothing_else(setting: str) -> None:
    expected = CHANGES[setting][1]

    changes = changed(form_of(setting), setting)

    found = {(change.kind, change.name) for change in changes}
    wanted = {(kind, each) for kind, patterns in expected.items() for each in patterns.split()}
    unexpected = {
        (kind, name)
        for kind, name in found
        if not any(kind == other and fnmatchcase(name, each) for other, each in wanted)
    }
    missing = {
        (kind, each)
        for kind, each in wanted
        if not any(kind == other and fnmatchcase(name, each) for other, name in found)
    }
    assert (unexpected, missing) == (set(), set())


@pytest.mark.parametrize(("form", "group"), GROUPS, ids=[" ".join(group) for _, group in GROUPS])
def test_in_a_group_each_resource_changes_for_one_setting(
    form: Form, group: tuple[str, ...]
) -> None:
    alone = [(one.kind, one.urn) for setting in group for one in changed(form, setting)]

    together = [(one.kind, one.urn) for one in changed(form, *group)]

    assert sorted(alone) == sorted(together)
