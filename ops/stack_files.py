"""Reads a stack's configuration as Pulumi's engine does: defaults, then the stack's own file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECRET_PLACEHOLDER = "[secret]"  # noqa: S105 - what stands for a secret, not one
"""What an encrypted value reads as here: only the engine holds the key."""


class StackFileError(Exception):
    """A project or stack file that cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class StackConfig:
    """The configuration of one stack.

    Attributes:
        project: The project's name, which prefixes its own keys.
        values: Full keys (`mlops:branch`, `aws:region`) and values as the engine hands them over:
            text, with JSON for anything that is not.
        secrets: Keys whose values are encrypted in the stack file.
    """

    project: str
    values: Mapping[str, str]
    secrets: frozenset[str] = frozenset()


def read_stack_config(root: Path, stack: str) -> StackConfig:
    """Return the defaults of `Pulumi.yaml` under the values of `Pulumi.<stack>.yaml`.

    Raises:
        StackFileError: A file is missing or no mapping. What its settings are worth, the program
            says, of all of them at once.
    """
    project = _read_mapping(root / "Pulumi.yaml")
    stack_path = root / f"Pulumi.{stack}.yaml"
    name = str(project.get("name", ""))
    declared = _settings(root / "Pulumi.yaml", name, project)
    given = _settings(stack_path, name, _read_mapping(stack_path))
    defaults = {
        key: value for key, entry in declared.items() if (value := _default(entry)) is not None
    }
    secrets = frozenset(key for key, value in given.items() if _is_secret(value))
    return StackConfig(
        project=name,
        values={key: _as_text(value) for key, value in {**defaults, **given}.items()},
        secrets=secrets,
    )


def _read_mapping(path: Path) -> dict[str, Any]:
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = (
            ", ".join(sorted(found.name for found in path.parent.glob("Pulumi*.yaml"))) or "none"
        )
        raise StackFileError(f"{path} does not exist; there are: {known}") from error
    except UnicodeDecodeError as error:
        raise StackFileError(f"{path} is no UTF-8: {error}") from error
    except yaml.YAMLError as error:
        raise StackFileError(f"{path} is no YAML: {_place(error)}") from error
    if not isinstance(content, dict):
        raise StackFileError(f"{path} holds {content!r:.80}; expected a mapping at its root")
    return cast("dict[str, Any]", content)


def _settings(path: Path, project: str, content: Mapping[str, Any]) -> dict[str, Any]:
    section: Any = content.get("config") or {}
    if not isinstance(section, dict):
        raise StackFileError(f"{path} holds {section!r:.80} under config; expected a mapping")
    settings = cast("dict[str, Any]", section)
    return {_full_key(project, str(key)): value for key, value in settings.items()}


def _place(error: yaml.YAMLError) -> str:
    """Return what is wrong in a line, and where."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return str(error)
    mark = error.problem_mark
    parts = ", ".join(part for part in (error.context, error.problem) if part)
    return f"{parts} (line {mark.line + 1}, column {mark.column + 1})"


def _full_key(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _default(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    declaration = cast("dict[str, Any]", entry)
    return declaration.get("value", declaration.get("default"))


def _is_secret(value: object) -> bool:
    return isinstance(value, dict) and set(cast("dict[str, Any]", value)) == {"secure"}


def _as_text(value: object) -> str:
    if _is_secret(value):
        return SECRET_PLACEHOLDER
    return value if isinstance(value, str) else json.dumps(value)
