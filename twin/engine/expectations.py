"""What `make preview` says of a change of settings, in the engine's words.

    Expectations(root, "dev", account, region).changes(before, after) -> {urn: "update", ...}

It evaluates the program without an engine. The story under the real one is held to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ops.graph import Graph
from ops.graph_json import graph_from_json, graph_to_json
from ops.preview.comparison import compare
from ops.program import StandInCloud, evaluate
from ops.stack_files import read_stack_config
from twin.engine.setting_changes import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ops.preview.comparison import ResourceChange

STEPS = {"added": "create", "changed": "update", "replaced": "replace", "deleted": "delete"}
"""The words of `make preview`, and the engine's."""

ORIGIN = "dev"
"""The stack whose settings all differ from those of the table."""


@dataclass(frozen=True)
class Expectations:
    """One stack of the project at `root`, as it would be in an account."""

    root: Path
    stack: str
    account: str
    region: str

    def creations(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Return the resources of AWS that a stack of these settings consists of."""
        return _steps(Graph("", self.stack, (), {}), self._graph(settings))

    def changes(self, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
        """Return what becomes of which resource, by URN, when a stack's settings change.

        Args:
            before: Settings that the stack's file has not, or has otherwise, under full keys.
            after: The same, later.
        """
        return _steps(self._graph(before), self._graph(after))

    def given(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Return all settings: those of the stack's file, and what differs from it."""
        return {**read_stack_config(self.root, self.stack).values, **settings}

    def others(self, names: Iterable[str], settings: Mapping[str, str]) -> dict[str, str]:
        """Return another value of each setting than the stack has: the table's, or else dev's."""
        now = self.given(settings)
        origin = read_stack_config(self.root, ORIGIN).values
        table = {key_of(name): CHANGES[name][0] for name in names}
        return {key: origin[key] if now[key] == value else value for key, value in table.items()}

    def _graph(self, settings: Mapping[str, str]) -> Graph:
        return _evaluated(self, tuple(sorted(settings.items())))


def key_of(setting: str) -> str:
    """Return the full key of a setting."""
    return f"mlops:{setting}"


@cache
def _evaluated(stack: Expectations, settings: tuple[tuple[str, str], ...]) -> Graph:
    cloud = StandInCloud(account=stack.account, region=stack.region)
    graph = evaluate(stack.root, stack.stack, cloud, values=dict(settings))
    return graph_from_json(graph_to_json(graph, stack.root, seal=str))


def _steps(before: Graph, after: Graph) -> dict[str, str]:
    found = compare(before, after).changes
    return {change.urn: STEPS[change.kind] for change in found if not _is_quiet(change)}


def _is_quiet(change: ResourceChange) -> bool:
    """Say whether only an option changes, such as `protect`: the engine keeps that for itself."""
    options = (difference.path.startswith("(option)") for difference in change.differences)
    return change.kind == "changed" and not change.renews and all(options)
