"""What a run's evaluation says, as charts of any width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.report import charts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.report.gather import Json, RunResult


@dataclass(frozen=True)
class Drawings:
    """The figures of one evaluated run, ready to be drawn."""

    metric: str
    limit: float | None
    estimates: Sequence[charts.Interval]
    importance: Sequence[tuple[str, float]]
    importance_of: str
    """The metric that rises when a feature is shuffled."""

    predictions: Sequence[tuple[float, float]]
    target: str

    def comparison(self, width: float = charts.WIDTH) -> str:
        """Draw the model's metric beside the baselines'."""
        return charts.intervals(self.estimates, self.limit, self.metric, width)

    def importances(self, width: float = charts.WIDTH) -> str:
        """Draw what each feature is worth, the most important first."""
        unit = f"rise of {self.importance_of} when the feature is shuffled"
        return charts.importances(self.importance, unit, width)

    def scatter(self) -> str:
        """Draw predictions over true values; nothing when none were kept."""
        return charts.scatter(self.predictions, self.target) if self.predictions else ""


def drawings_of(run: RunResult) -> Drawings | None:
    """Return what can be drawn of a run; None when it never came to an evaluation."""
    evaluation = run.evaluation
    if not evaluation:
        return None
    gate: Json = run.outcome.get("metric") or {}
    metric = str(gate.get("name") or next(iter(evaluation["metrics"])))
    important = [(str(one["feature"]), float(one["increase"])) for one in evaluation["importance"]]
    return Drawings(
        metric=metric,
        limit=gate.get("limit"),
        estimates=_estimates(evaluation, metric),
        importance=sorted(important, key=lambda item: -item[1]),
        importance_of=str(evaluation.get("importance_of") or metric),
        predictions=run.predictions,
        target=str(evaluation["target"]),
    )


def _estimates(evaluation: Json, metric: str) -> list[charts.Interval]:
    baselines: Json = evaluation["baselines"]
    return [
        _interval("this model", evaluation["metrics"][metric], "mine"),
        *(
            _interval(f"{name} baseline", metrics[metric], "other")
            for name, metrics in baselines.items()
            if metrics.get(metric, {}).get("value") is not None
        ),
    ]


def _interval(name: str, metric: Json, style: str) -> charts.Interval:
    value = float(metric["value"])
    low, high = metric.get("low"), metric.get("high")
    if low is None or high is None:
        return charts.Interval(name, value, value, value, style)
    return charts.Interval(name, value, float(low), float(high), style)
