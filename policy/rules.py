"""Every rule, and what a stack does wrong. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy import encryption, identity, network, operation, storage
from policy.rule import Violation

if TYPE_CHECKING:
    from ops.graph import Graph
    from policy.rule import Rule

RULES: tuple[Rule, ...] = (
    *storage.RULES,
    *encryption.RULES,
    *identity.RULES,
    *network.RULES,
    *operation.RULES,
)


def violations(graph: Graph) -> tuple[Violation, ...]:
    """Return what breaks a rule, in the order of the rules."""
    return tuple(
        Violation(rule=rule, finding=found) for rule in RULES for found in rule.check(graph)
    )
