"""A graph as JSON and back, so that it can travel between two processes. Secrets stay behind.

    graph_from_json(graph_to_json(graph, root, seal)) -> the same graph

What a secret input holds is replaced by what `seal` makes of it: two seals can be compared, and
say nothing else. A file or folder that a resource carries is replaced by digests of its content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, cast

from ops.graph import Graph, Options, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

UNKNOWN = "[known after the deployment]"
DIGEST_LENGTH = 12
CACHES = ("__pycache__",)
"""Folders that Python leaves behind, which are no content."""

Seal = Callable[[str], str]
"""Turns a secret into what may be shown and compared."""


def graph_to_json(graph: Graph, root: Path, seal: Seal) -> dict[str, Any]:
    """Return the graph as plain JSON objects.

    Args:
        graph: What `ops.program.evaluate` returned.
        root: What the paths of its files are relative to.
        seal: What stands for a secret.
    """
    return {
        "project": graph.project,
        "stack": graph.stack,
        "resources": [_resource_to_json(resource, root, seal) for resource in graph],
        "outputs": sorted(graph.outputs),
    }


def graph_from_json(document: Mapping[str, Any]) -> Graph:
    """Return the graph of a document that `graph_to_json` made, with its outputs' names alone."""
    return Graph(
        document["project"],
        document["stack"],
        tuple(_resource_from_json(entry) for entry in document["resources"]),
        dict.fromkeys(document["outputs"]),
    )


def _resource_to_json(resource: Resource, root: Path, seal: Seal) -> dict[str, Any]:
    inputs = {
        name: seal(_as_text(value, root)) if name in resource.secrets else plain_json(value, root)
        for name, value in resource.inputs.items()
    }
    return {
        **{field.name: getattr(resource, field.name) for field in fields(resource)},
        "inputs": inputs,
        "secrets": sorted(resource.secrets),
        "dependencies": sorted(resource.dependencies),
        "property_dependencies": {
            name: sorted(urns) for name, urns in resource.property_dependencies.items()
        },
        "options": asdict(resource.options),
    }


def _resource_from_json(entry: Mapping[str, Any]) -> Resource:
    sets = {name: frozenset(entry[name]) for name in ("secrets", "dependencies")}
    by_property = {name: frozenset(urns) for name, urns in entry["property_dependencies"].items()}
    options = _options_from_json(entry["options"])
    given: dict[str, Any] = {
        **entry,
        **sets,
        "property_dependencies": by_property,
        "options": options,
    }
    return Resource(**given)


def _options_from_json(entry: Mapping[str, Any]) -> Options:
    given: dict[str, Any] = {
        name: tuple(cast("list[str]", value)) if isinstance(value, list) else value
        for name, value in entry.items()
    }
    return Options(**given)


def _as_text(value: object, root: Path) -> str:
    return json.dumps(plain_json(value, root), sort_keys=True)


def plain_json(value: Any, root: Path) -> Any:  # noqa: ANN401 - any JSON, and assets
    """Return the value with whole numbers as such, files as digests and unknowns as text."""
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {name: plain_json(item, root) for name, item in entries.items()}
    if isinstance(value, list):
        return [plain_json(item, root) for item in cast("list[Any]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if value is None or isinstance(value, str | int | float) else _carried(value, root)


def _carried(value: Any, root: Path) -> Any:  # noqa: ANN401 - pulumi's assets, told by what they have
    """Return what stands for a file, a folder or a text that a resource carries, or an unknown."""
    if hasattr(value, "assets"):
        return {name: _carried(part, root) for name, part in sorted(value.assets.items())}
    if hasattr(value, "path"):
        return _digests(root / value.path)
    if hasattr(value, "text"):
        return _digest(str(value.text).encode())
    return str(getattr(value, "uri", UNKNOWN))


def _digests(path: Path) -> Any:  # noqa: ANN401 - one digest, or one for each file
    if not path.exists():
        return "content that is not on this machine"
    if not path.is_dir():
        return _digest(path.read_bytes())
    files = (file for file in sorted(path.rglob("*")) if file.is_file())
    return {
        file.relative_to(path).as_posix(): _digest(file.read_bytes())
        for file in files
        if not set(CACHES) & set(file.parts)
    }


def _digest(content: bytes) -> str:
    return f"content {hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]}"
