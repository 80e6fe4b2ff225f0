"""A stack's configuration is what the engine would hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.stack_files import SECRET_PLACEHOLDER, StackFileError, read_stack_config

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = """
name: toy
config:
  branch: {type: string, default: main}
  workers: {type: integer, default: 2}
  quick: {type: boolean, default: true}
  zones: {type: array, items: {type: string}, default: [a, b]}
  token: {type: string, default: ""}
  short: brief
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project with declared settings and an empty stack."""
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    return tmp_path


def test_defaults_are_text_under_full_keys(root: Path) -> None:
    config = read_stack_config(root, "dev")

    assert config.values == {
        "toy:branch": "main",
        "toy:workers": "2",
        "toy:quick": "true",
        "toy:zones": '["a", "b"]',
        "toy:token": "",
        "toy:short": "brief",
    }


def test_the_stacks_values_win(root: Path) -> None:
    (root / "Pulumi.dev.yaml").write_text("config: {'toy:workers': 5, 'aws:region': eu-west-1}\n")

    values = read_stack_config(root, "dev").values

    assert values["toy:workers"] == "5"
    assert values["aws:region"] == "eu-west-1"


def test_a_secret_is_never_read(root: Path) -> None:
    (root / "Pulumi.dev.yaml").write_text("config: {'toy:token': {secure: AAAB}}\n")

    config = read_stack_config(root, "dev")

    assert config.values["toy:token"] == SECRET_PLACEHOLDER
    assert config.secrets == {"toy:token"}


def test_a_misspelt_key_is_left_to_the_program_which_names_all_that_is_wrong(root: Path) -> None:
    (root / "Pulumi.dev.yaml").write_text("config: {'toy:brunch': x}\n")

    values = read_stack_config(root, "dev").values

    assert values["toy:brunch"] == "x"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"- a\n", "expected a mapping"),
        (b"a: [\n", "is no YAML"),
        (b"config: [a]\n", "under config; expected a mapping"),
        (b"\xff\xfe", "is no UTF-8"),
    ],
)
def test_a_broken_file_is_named(root: Path, content: bytes, message: str) -> None:
    (root / "Pulumi.dev.yaml").write_bytes(content)

    with pytest.raises(StackFileError, match=rf"Pulumi\.dev\.yaml.*{message}"):
        read_stack_config(root, "dev")


def test_a_file_that_is_no_yaml_is_told_in_a_line_with_its_place(root: Path) -> None:
    (root / "Pulumi.dev.yaml").write_text("config: [1, 2\n")

    with pytest.raises(StackFileError) as refused:
        read_stack_config(root, "dev")

    assert "\n" not in str(refused.value)
    assert "Pulumi.dev.yaml is no YAML: while parsing a flow sequence" in str(refused.value)
    assert str(refused.value).endswith("(line 2, column 1)")
