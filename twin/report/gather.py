"""Reads what the latest run left in `.twin/last` into the values that the page shows."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.advice import CONTAINERS, causes
from twin.progress import LABELS, fact_of, thing_of
from twin.timeline import Entry, Step, read_entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from twin.settings import Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """One step on the time axis; times in seconds since the push."""

    label: str
    service: str
    resource: str
    start: float
    end: float
    state: str
    fact: str
    step: Step

    @property
    def ended(self) -> bool:
        """Whether the step came to its end: a twin that is killed leaves some that did not."""
        return self.state != "started"


@dataclass(frozen=True)
class RunResult:
    """What one DAG run left; parts that it never reached are empty."""

    model: str
    run_id: str
    outcome: Json
    manifest: Json = field(default_factory=dict[str, Any])
    """The dataset's, or of rows that were refused what it would have been."""

    evaluation: Json = field(default_factory=dict[str, Any])
    predictions: tuple[tuple[float, float], ...] = ()
    """Target and prediction of each test row; none where they are labels."""

    comparison: Json = field(default_factory=dict[str, Any])
    """What the model is beside the one in service; empty where nothing was compared."""

    card: str = ""
    """Where the model's card lies, seen from the page; empty where there is none."""


@dataclass(frozen=True)
class Story:
    """Everything that the page tells: the latest push or file in full, earlier ones in a table."""

    began: float
    seconds: float
    commit: str
    bars: tuple[Bar, ...]
    latest: tuple[RunResult, ...]
    all_runs: tuple[RunResult, ...]
    failures: tuple[Entry, ...]


def gather(workspace: Workspace) -> Story:
    """Read the latest run."""
    runs = _runs(workspace.last / "runs")
    chosen = latest_entries(workspace)
    began = chosen[0].at if chosen else 0.0
    ended = max((entry.at for entry in chosen), default=began)
    run_ids = {entry.run for entry in chosen}
    return Story(
        began=began,
        seconds=ended - began,
        commit=next((entry.run for entry in chosen if entry.step is Step.PUSH), ""),
        bars=tuple(_bars(chosen, began)),
        latest=tuple(run for run in runs if run.run_id in run_ids),
        all_runs=runs,
        failures=tuple(causes(entry for entry in chosen if entry.state == "failed")),
    )


def latest_entries(workspace: Workspace) -> list[Entry]:
    """Return what happened since the latest push or file came, of what it started."""
    return _latest_story(read_entries(workspace.last / "timeline.jsonl"))


def _latest_story(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries of the latest push or file: its builds and the DAG runs it started."""
    starts = [entry for entry in entries if entry.step in (Step.PUSH, Step.TRIGGER)]
    heads = [entry for entry in starts if entry.state != "ignored"]
    if not heads:
        return list(entries)
    last = heads[-1]
    commits = [entry.run for entry in entries if entry.step is Step.PUSH]
    commit = next((one for one in reversed(commits) if _same(one, last.run)), "")
    return [entry for entry in entries if entry.run == last.run or _same(commit, entry.run)]


def _same(commit: str, run: str) -> bool:
    """Tell whether a run id belongs to a commit: it carries the first twelve digits."""
    return bool(commit) and (run == commit or run == f"push-{commit[:12]}")


def _bars(entries: Sequence[Entry], began: float) -> list[Bar]:
    """Pair each step's first entry with its last one."""
    pairs: dict[tuple[Step, str, str], tuple[Entry, Entry]] = {}
    for entry in entries:
        key = thing_of(entry)
        pairs[key] = (pairs.get(key, (entry, entry))[0], entry)
    bars = [_bar(first, last, began) for first, last in pairs.values()]
    return sorted(bars, key=lambda bar: (bar.start, bar.end))


def _bar(first: Entry, last: Entry, began: float) -> Bar:
    _, name, service = LABELS[first.step]
    start, end = first.at - began, last.at - began
    return Bar(name, service, first.resource, start, end, last.state, fact_of(last), first.step)


def critical_path(bars: Sequence[Bar]) -> frozenset[Bar]:
    """Return the bars that the end waited for.

    From the work that ended last, back to the work that ended last before it began, and so on.
    Steps that only contain others don't count.
    """
    work = [bar for bar in bars if bar.step not in CONTAINERS]
    path: set[Bar] = set()
    current = max(work, key=lambda bar: bar.end, default=None)
    while current is not None:
        path.add(current)
        begun = current.start
        earlier = [bar for bar in work if bar.end <= begun + 0.05 and bar not in path]
        current = max(earlier, key=lambda bar: bar.end, default=None)
    return frozenset(path)


def _runs(folder: Path) -> tuple[RunResult, ...]:
    found = [_run(file.parent) for file in sorted(folder.glob("*/*/outcome.json"))]
    return tuple(sorted(found, key=lambda run: str(run.outcome.get("finished_at"))))


def _run(folder: Path) -> RunResult:
    outcome = _json(folder / "outcome.json")
    return RunResult(
        model=folder.parent.name,
        run_id=str(outcome.get("run_id", folder.name)),
        outcome=outcome,
        manifest=_json(folder / "manifest.json") or _json(folder / "refused.json"),
        evaluation=_json(folder / "evaluation.json"),
        predictions=_predictions(folder / "predictions.csv"),
        comparison=_json(folder / "comparison.json"),
        card=_card(folder / "model-card.md"),
    )


def _card(file: Path) -> str:
    return "/".join(("runs", *file.parts[-3:])) if file.exists() else ""


def _json(file: Path) -> Json:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _predictions(file: Path) -> tuple[tuple[float, float], ...]:
    if not file.exists():
        return ()
    with file.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        if rows.fieldnames != ["target", "prediction"]:
            return ()
        return tuple((float(row["target"]), float(row["prediction"])) for row in rows)
