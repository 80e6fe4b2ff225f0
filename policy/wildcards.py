"""Each `*` in the stack's policies, with the reason why nothing is named in its place.

The one list of them: contract tests hold it to the program (no `*` without its reason, no reason
without its `*`), and documents are made from it. Plain data; a statement is known by its `Sid`.
"""

from __future__ import annotations

from typing import Final

IN_A_KEYS_POLICY: Final = "a key's own policy: the only resource that it can mean is the key itself"

RESOURCES: Final[dict[str, str]] = {
    "CheckThatBucketsAreNotPublic": "an account's setting is no resource; MWAA asks for it",
    "FindLogGroups": "describing log groups takes no resource; MWAA asks for it",
    "FindOldDeployments": "listing endpoint configs and models takes no resource",
    "HandTasksToWorkers": "MWAA's queues lie in an account of AWS that nobody is told",
    "LogInToTheRegistry": "a registry's token is no resource",
    "PutMetrics": "metrics are no resource; where the namespace is known, a condition holds it",
    "RefuseWithoutTls": "it forbids, on everything",
}
"""Statement -> why it cannot name its resource."""

ACTIONS: Final[dict[str, str]] = {
    "RefuseWithoutTls": "it forbids, everything to everyone",
}
"""Statement -> why it does not name its actions."""
