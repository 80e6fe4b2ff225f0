"""Which stacks a person means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.errors import OpsError
from ops.stack_names import known_stacks, one_stack, some_stacks, split_stacks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.dev.yaml"):
        (tmp_path / name).touch()
    return tmp_path


def test_stacks_are_those_that_have_a_file(root: Path) -> None:
    assert known_stacks(root) == ("dev", "prod")


@pytest.mark.parametrize("text", ["dev,prod", " dev , prod ", "dev,prod,dev", "dev,,prod,"])
def test_names_stand_between_commas(text: str) -> None:
    assert split_stacks(text) == ("dev", "prod")


@pytest.mark.parametrize("text", ["", ",", " , "])
def test_no_name_at_all_is_refused(text: str) -> None:
    with pytest.raises(OpsError, match=r"which stacks\?"):
        split_stacks(text)


def test_all_names_without_a_file_are_told_together(root: Path) -> None:
    with pytest.raises(OpsError, match="there is no stack 'foo', 'bar'") as refused:
        some_stacks(root, "dev,foo,bar")

    assert "dev, prod" in refused.value.expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"which stack\?"),
        ("foo", "there is no stack 'foo'"),
        ("../dev", r"there is no stack '\.\./dev'"),
        ("dev,prod", "one stack at a time"),
    ],
)
def test_what_is_not_one_stack_is_refused_with_those_there_are(
    root: Path, text: str, said: str
) -> None:
    with pytest.raises(OpsError, match=said) as refused:
        one_stack(root, text)

    assert refused.value.expected == "one of dev, prod"


def test_one_stack_is_itself(root: Path) -> None:
    assert one_stack(root, "dev") == "dev"
