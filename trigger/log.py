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


def write(message: str, **facts: object) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps({"message": message, **facts}, default=str) + "\n")
    sys.stdout.flush()


def count(message: str, metric: str, dimensions: Mapping[str, str], **facts: object) -> None:
    """Write a line that counts 1 for a metric: in all, and by its dimensions."""
    definition = {
        "Namespace": NAMESPACE,
        "Dimensions": [[], sorted(dimensions)],
        "Metrics": [{"Name": metric, "Unit": "Count"}],
    }
    embedded = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [definition]}
    write(message, _aws=embedded, **{metric: 1}, **dimensions, **facts)
