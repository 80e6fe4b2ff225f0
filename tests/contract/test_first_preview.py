"""A preview of a stack of which nothing exists shows all of it, though much is not known yet."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from ops.program import Graph, StandInCloud, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FORMS: dict[str, dict[str, str]] = {
    "as it is": {},
    "endpoints": {
        "mlops:egress": "endpoints",
        "mlops:natPerZone": "false",
        "mlops:webserverAccess": "private",
    },
    "connection": {"mlops:source": "connection", "mlops:sourceRepository": "owner/name"},
    "reviewed": {"mlops:reviewPullRequests": "true"},
}
STRINGIFIED = ("Calling __str__", "Output[", "<pulumi.output.Output")
"""What the SDK, or Python, writes where an output was put into a text."""

each_stack = pytest.mark.parametrize("name", ["dev", "prod"])
each_form = pytest.mark.parametrize("form", FORMS)


@cache
def stack(name: str, form: str, *, preview: bool) -> Graph:
    """Return a stack in one of its forms; evaluated once."""
    return evaluate(ROOT, name, StandInCloud(preview=preview), preview=preview, values=FORMS[form])


@each_form
@each_stack
def test_no_resource_waits_for_a_value_that_only_an_up_knows(name: str, form: str) -> None:
    first = stack(name, form, preview=True)
    later = stack(name, form, preview=False)

    assert [resource.urn for resource in first] == [resource.urn for resource in later]


@each_form
@each_stack
def test_each_knows_the_same_inputs(name: str, form: str) -> None:
    first = stack(name, form, preview=True)
    later = stack(name, form, preview=False)

    assert {resource.urn: sorted(resource.inputs) for resource in first} == {
        resource.urn: sorted(resource.inputs) for resource in later
    }


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@each_form
@each_stack
def test_no_output_was_put_into_a_text(name: str, form: str, *, preview: bool) -> None:
    wrong = [
        (resource.name, text)
        for resource in stack(name, form, preview=preview)
        for text in _texts(dict(resource.inputs))
        if any(mark in text for mark in STRINGIFIED)
    ]

    assert wrong == []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in cast("dict[str, Any]", value).values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _texts(item)


def test_a_wrong_setting_is_refused_before_anything_is_registered() -> None:
    asked: list[str] = []

    class Watching(StandInCloud):
        def new_resource(self, args: Any) -> Any:
            asked.append(args.name)
            return super().new_resource(args)

    for key in ("usageStoredGb", "monthlyBudget", "versionRetentionDays"):
        with pytest.raises(Exception, match=f"mlops:{key} is 'wrong'"):
            evaluate(ROOT, "dev", Watching(), values={f"mlops:{key}": "wrong"})

    assert asked == []
