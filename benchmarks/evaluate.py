"""The Pulumi program, evaluated once against a stand-in: a whole process to be timed."""

from __future__ import annotations

from pathlib import Path

from ops.program import StandInCloud, evaluate

graph = evaluate(Path(__file__).resolve().parent.parent, "dev", StandInCloud())
print(f"{len(graph.resources)} resources")  # noqa: T201 - proof that it did something
