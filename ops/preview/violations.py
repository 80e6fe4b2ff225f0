"""What a stack's program breaks of the rules in `policy`, as plain values that compare. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.graph import Graph
from policy.rules import violations

if TYPE_CHECKING:
    from policy.rule import Violation

Rules = Callable[[Graph], tuple["Violation", ...]]
"""Finds what breaks any rule."""


@dataclass(frozen=True, order=True)
class Broken:
    """A rule, the program's name for the resource that breaks it, and what there is to do."""

    rule: str
    resource: str
    found: str
    expected: str
    do: str


def broken(graph: Graph, rules: Rules = violations) -> tuple[Broken, ...]:
    """Return what a graph breaks, sorted."""
    return tuple(
        sorted(
            Broken(
                rule=one.rule.name,
                resource=one.finding.resource,
                found=one.finding.found,
                expected=one.finding.expected,
                do=one.rule.do,
            )
            for one in rules(graph)
        )
    )
