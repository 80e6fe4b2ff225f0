"""What Spark did, from its event log: the plans as they were run in the end, and each task."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Event = dict[str, Any]

ON_THE_WAY = frozenset({"Project", "Filter", "AQEShuffleRead", "ShuffleQueryStage", "InputAdapter"})
"""Nodes that hand on rows as they come."""


@dataclass(frozen=True)
class Node:
    """One operation of a plan."""

    name: str
    text: str
    children: tuple[Node, ...]

    @classmethod
    def of(cls, document: Event) -> Node:
        """Read a node; code generation wraps others without doing anything itself."""
        children = tuple(cls.of(child) for child in document["children"])
        if document["nodeName"].startswith("WholeStageCodegen"):
            return children[0]
        return cls(document["nodeName"].strip(), document["simpleString"], children)

    def all(self) -> Iterator[Node]:
        """Yield the node, and all below."""
        yield self
        for child in self.children:
            yield from child.all()

    @property
    def source(self) -> Node:
        """What the rows come from that the node gets."""
        below = self.children[0]
        return below.source if below.name in ON_THE_WAY else below


def read_events(folder: Path) -> list[Event]:
    """Return all events of the sessions that logged into a folder."""
    return [
        json.loads(line)
        for file in sorted(folder.iterdir())
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def plans(events: list[Event]) -> list[Node]:
    """Return every plan, as first made and as adapted."""
    return [Node.of(event["sparkPlanInfo"]) for event in events if "sparkPlanInfo" in event]


def tasks_of_the_widest_stage(events: list[Event]) -> int:
    """Return in how many pieces Spark worked where it worked in most."""
    return max(Counter(event["Stage ID"] for event in events if "Task Metrics" in event).values())


def most(events: list[Event], group: str, metric: str) -> int:
    """Return the most that any one task had of a metric."""
    ended = [event["Task Metrics"] for event in events if "Task Metrics" in event]
    return max(int(metrics[group][metric]) for metrics in ended)
