"""Reads a stack's configuration as Pulumi's engine does: defaults, then the stack's own file."""

from __future__ import annotations

import difflib
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
        StackFileError: A file is missing or no mapping, or the stack file sets a key that the
            project does not declare.
    """
    project = _read_mapping(root / "Pulumi.yaml")
    stack_path = root / f"Pulumi.{stack}.yaml"
    name = str(project.get("name", ""))
    declared = {_full_key(name, key): value for key, value in _section(project).items()}
    given = {
        _full_key(name, key): value for key, value in _section(_read_mapping(stack_path)).items()
    }
    _refuse_undeclared(stack_path, name, set(declared), set(given))
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
    except yaml.YAMLError as error:
        raise StackFileError(f"{path} is no YAML: {error}") from error
    if not isinstance(content, dict):
        raise StackFileError(f"{path} holds {content!r:.80}; expected a mapping at its root")
    return cast("dict[str, Any]", content)


def _section(content: Mapping[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", content.get("config") or {})


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


def _refuse_undeclared(path: Path, project: str, declared: set[str], given: set[str]) -> None:
    own = f"{project}:"
    unknown = sorted(key for key in given - declared if key.startswith(own))
    if not unknown:
        return
    lines = [
        f"  {key}"
        + "".join(
            f" - did you mean {near}?" for near in difflib.get_close_matches(key, declared, 1)
        )
        for key in unknown
    ]
    raise StackFileError(
        "\n".join([f"{path} sets keys that Pulumi.yaml does not declare:", *lines])
    )
