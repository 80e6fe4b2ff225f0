"""Counts requests and times them; a line in the log tells what came together.

A request costs less than a microsecond here: nothing is written until somebody asks.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Final

KEPT: Final = 1_000
"""Latencies that percentiles are taken from: the latest ones."""

CLIENT_ERROR: Final = 400
SERVER_ERROR: Final = 500

_UNITS: Final = {
    "Invocations": "Count",
    "Refusals": "Count",
    "Errors": "Count",
    "LatencyP50": "Milliseconds",
    "LatencyP99": "Milliseconds",
    "LatencyMax": "Milliseconds",
}


class Meter:
    """What happened since it was last told."""

    def __init__(self, namespace: str = "") -> None:
        """Take a namespace for CloudWatch, which then reads the lines as metrics (its EMF)."""
        self._namespace = namespace
        self._latencies: deque[float] = deque(maxlen=KEPT)
        self._clear()

    def count(self, status: int, seconds: float) -> None:
        """Count an answer."""
        self._invocations += 1
        self._latencies.append(seconds)
        self._longest = max(self._longest, seconds)
        if status >= CLIENT_ERROR:
            if status >= SERVER_ERROR:
                self._errors += 1
            else:
                self._refusals += 1

    def take(self) -> dict[str, Any]:
        """Return what there is to tell, and begin anew; nothing if nobody asked anything."""
        if not self._invocations:
            return {}
        ordered = sorted(self._latencies)
        figures = (
            self._invocations,
            self._refusals,
            self._errors,
            *(round(1e3 * ordered[len(ordered) * part // 100], 3) for part in (50, 99)),
            round(1e3 * self._longest, 3),
        )
        self._clear()
        told = dict(zip(_UNITS, figures, strict=True))
        return {**self._directive(), **told} if self._namespace else told

    def _clear(self) -> None:
        self._invocations = self._refusals = self._errors = 0
        self._longest = 0.0
        self._latencies.clear()

    def _directive(self) -> dict[str, Any]:
        metrics = [{"Name": name, "Unit": unit} for name, unit in _UNITS.items()]
        listed: dict[str, Any] = {
            "Namespace": self._namespace,
            "Dimensions": [[]],
            "Metrics": metrics,
        }
        return {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [listed]}}
