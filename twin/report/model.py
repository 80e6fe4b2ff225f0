"""What the page shows of a model beside its metric: slices, agreement, the model in service."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twin.report.figures import figure
from twin.report.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.report.gather import Json, RunResult
    from twin.report.tables import Row

SLICES: Final = 60
"""Rows of the table. Each column has some of them before another has all of its own."""

_MUCH_WORSE: Final = 1.25
"""Times the error of all test rows."""

_WHAT: Final = {"lower": "Left is better.", "higher": "Right is better."}


@dataclass(frozen=True)
class ModelView:
    """Values of the template `model.html.j2`."""

    learnt: str
    """From how many rows, and what was chosen; empty if the evaluation does not say it."""

    better: str
    """Which way the metric is better."""

    of: str
    """The metric of slices and importance."""

    slices: Table
    baselines: tuple[str, ...]
    metrics: tuple[Row, ...]
    """All metrics, with intervals and baselines."""

    beside: str
    """What the model is beside the one in service; empty where nothing was compared."""

    compared: tuple[Row, ...]


def model_view(run: RunResult, metric: str) -> ModelView:
    """Return what there is to say of an evaluated run."""
    evaluation = run.evaluation
    directions: Json = evaluation.get("directions") or {}
    baselines = tuple(evaluation["baselines"])
    of = str(evaluation.get("importance_of") or metric)
    return ModelView(
        learnt=_learnt(evaluation.get("trained") or {}),
        better=_WHAT[directions.get(metric, "lower")],
        of=of,
        slices=_slices(evaluation, of),
        baselines=baselines,
        metrics=tuple(
            {
                "name": name,
                "better": directions.get(name, ""),
                "value": figure(one.get("value")),
                "interval": _interval(one),
                "baselines": [
                    figure(evaluation["baselines"][other].get(name, {}).get("value"))
                    for other in baselines
                ],
            }
            for name, one in evaluation["metrics"].items()
        ),
        beside=_beside(run.comparison),
        compared=_compared(run.comparison),
    )


def _learnt(trained: Json) -> str:
    if "trees" not in trained:
        return ""
    hosts = f" on {trained['hosts']} hosts" if "hosts" in trained else ""
    parts = [f"Learnt by {trained['algorithm']} from {trained['rows']:,} rows{hosts}"]
    rounds = " and ".join(str(one["rounds"]) for one in trained["trees"])
    parts.append(f"trees of {rounds} rounds")
    if trained.get("share"):
        parts.append(f"{trained['nets']} nets, which count {trained['share']:.0%}")
    if trained.get("ratios"):
        parts.append(f"{trained['ratios']} ratios of columns")
    return f"{', '.join(parts)}."


def _slices(evaluation: Json, of: str) -> Table:
    """Return the slices, column by column, those that are not shown counted.

    What the model hardly looks at is no reason to hide how it fares there: that it does worse for
    one sex is told, whichever column comes last.
    """
    found: list[Json] = evaluation.get("slices") or []
    whole = evaluation["metrics"].get(of, {}).get("value")

    def show(one: Json) -> Row:
        value = one["metrics"].get(of)
        share = value / whole if value is not None and whole else None
        return {
            "column": one["column"],
            "slice": one["slice"],
            "rows": f"{one['rows']:,}",
            "value": figure(value),
            "times": "" if share is None else f"{share:.2f}",
            "far": share is not None and share > _MUCH_WORSE,
        }

    shown = _some_of_each(found, SLICES)
    return Table([show(one) for one in shown], len(found) - len(shown))


def _some_of_each(found: Sequence[Json], most: int) -> list[Json]:
    """Return at most so many slices: the first of each column, then the second of each, ..."""
    seen = Counter[str]()
    turns = list[tuple[int, int]]()
    for place, one in enumerate(found):
        turns.append((seen[one["column"]], place))
        seen[one["column"]] += 1
    return [found[place] for place in sorted(place for _, place in sorted(turns)[:most])]


def _interval(one: Json) -> str:
    if one.get("low") is None or one.get("high") is None:
        return ""
    return f"{figure(one['low'])} to {figure(one['high'])}"


def _beside(comparison: Json) -> str:
    if not comparison:
        return ""
    if comparison.get("incomparable"):
        return f"Not compared with the model in service: {comparison['incomparable']}."
    word = "not worse than" if comparison["not_worse"] else "worse than"
    difference, level = comparison["difference"], comparison["level"]
    if None in (difference["low"], difference["high"]):
        return "The comparison with the model in service says nothing."
    sampled: dict[str, int] = comparison.get("sampled") or {}
    rows = sampled.get("test", comparison["rows"])
    return (
        f"At {level:.0%} this model is {word} the one in service, on the same "
        f"{rows:,} test rows: {comparison['metric']} {difference['value']:+.4g} "
        f"({difference['low']:+.4g} to {difference['high']:+.4g})."
    )


def _compared(comparison: Json) -> tuple[Row, ...]:
    ours: dict[str, Any] = comparison.get("ours") or {}
    theirs: dict[str, Any] = comparison.get("theirs") or {}
    return tuple(
        {
            "name": name,
            "ours": figure(one["value"]),
            "ours_interval": _interval(one),
            "theirs": figure(theirs[name]["value"]),
            "theirs_interval": _interval(theirs[name]),
        }
        for name, one in ours.items()
        if name in theirs
    )
