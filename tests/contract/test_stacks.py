"""Stacks are one program with other values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ops.program import Graph, StandInCloud, evaluate
from ops.stack_files import read_stack_config
from tests.stack_forms import FORMS, ROOT, stack

if TYPE_CHECKING:
    from collections.abc import Mapping

HOLDERS = (
    "aws:codecommit/repository:Repository",
    "aws:ecr/repository:Repository",
    "aws:kms/key:Key",
    "aws:mwaa/environment:Environment",
    "aws:s3/bucket:Bucket",
)
"""Types that hold what nobody can make again, or take hours to make."""


def described(graph: Graph, prefix: str) -> dict[str, str]:
    """Return each resource's inputs and options as text, with the stack's own name taken out."""
    return {
        f"{resource.type} {resource.name}": text_of(resource.inputs, resource.options, prefix)
        for resource in graph
    }


def text_of(inputs: Mapping[str, Any], options: object, prefix: str) -> str:
    plain = {name: value for name, value in inputs.items() if name not in ("code", "source")}
    text = f"{sorted(plain.items())} {options}"
    stack_name = prefix.rpartition("-")[2]
    return text.replace(prefix, "<stack>").replace(f"urn:pulumi:{stack_name}", "urn")


def test_two_stacks_of_the_same_values_differ_in_their_name_alone() -> None:
    values = read_stack_config(ROOT, "prod").values

    dev = evaluate(ROOT, "dev", StandInCloud(), values=values)

    expected = described(stack("prod"), "mlops-prod")
    assert described(dev, "mlops-dev") == expected


@pytest.mark.parametrize("form", FORMS)
def test_prod_refuses_to_lose_what_cannot_be_made_again(form: str) -> None:
    open_to_loss = [
        resource.name
        for token in HOLDERS
        for resource in stack("prod", form).of_type(token)
        if not resource.options.protect
    ]

    assert open_to_loss == []


def test_dev_can_be_taken_away() -> None:
    assert not [resource.name for resource in stack("dev") if resource.options.protect]
