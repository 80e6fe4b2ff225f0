"""Log lines that people and CloudWatch read: one JSON object each.

Metrics travel in the lines themselves ("embedded metric format" of CloudWatch), so that counting
an event costs neither a call nor a permission.
"""

import json
import sys
import time
from collections.abc import Mapping
from typing import Final

NAMESPACE: Final = "Retraining"
IGNORED: Final = "IgnoredEvents"
STARTED: Final = "StartedRuns"
ENVIRONMENT: Final = "Environment"
"""Tells the reconciliations of an account's stacks apart: Airflow's, whose name is the stack's."""

LOST: Final = "LostEvents"
"""Runs that only a reconciliation started: their event never came."""

UNRECONCILED: Final = "UnreconciledRuns"
"""Runs that a reconciliation could not see to; the next one tries again."""


def write(message: str, **facts: object) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps({"message": message, **facts}, default=str) + "\n")
    sys.stdout.flush()


def count(message: str, metric: str, dimensions: Mapping[str, str], **facts: object) -> None:
    """Write a line that counts 1 for a metric: in all, and by its dimensions."""
    _measure(message, {metric: 1}, [[], sorted(dimensions)], {**dimensions, **facts})


def measure(
    message: str, metrics: Mapping[str, int], dimension: str, facts: Mapping[str, object]
) -> None:
    """Write a line that adds to several metrics, by one of the facts."""
    _measure(message, metrics, [[dimension]], facts)


def _measure(
    message: str,
    metrics: Mapping[str, int],
    dimensions: list[list[str]],
    facts: Mapping[str, object],
) -> None:
    definition = {
        "Namespace": NAMESPACE,
        "Dimensions": dimensions,
        "Metrics": [{"Name": metric, "Unit": "Count"} for metric in metrics],
    }
    embedded = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [definition]}
    write(message, _aws=embedded, **metrics, **facts)
