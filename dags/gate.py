"""Whether a trained model is good enough to be deployed.

A model passes when its metric on the test split is within the model file's limit and better than
every baseline: less where the metric is an error, more where it is not. Where the model file asks
for it, it is not worse than the model in service either. What is missing or not a number doesn't
pass.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from models.evaluation import Evaluation


@dataclass(frozen=True)
class Verdict:
    """What the gate decided, and what about."""

    accepted: bool
    reason: str
    metric: str
    value: float | None
    low: float | None
    high: float | None
    limit: float
    baselines: dict[str, float | None] = field(default_factory=dict[str, float | None])
    comparison: str = ""
    """What the model is beside the one in service; empty where nothing was compared."""

    def to_json(self) -> dict[str, Any]:
        """As it travels between tasks."""
        return asdict(self)


def judge(evaluation: object, rule: Evaluation, comparison: object = None) -> Verdict:
    """Hold an evaluation, as training wrote it, against the model file's rule.

    `comparison` is what the comparison job wrote; `None` where there is no model in service.
    """
    found = _section(evaluation)
    measured = _section(_section(found.get("metrics")).get(rule.metric))
    value = _finite(measured.get("value"))
    baselines = {name: _baseline(found, name, rule.metric) for name in rule.baselines}
    beside = compared(comparison) if rule.not_worse_at is not None else Beside()
    problems = _objections(value, baselines, rule) + _untestable(found) + beside.objections
    return Verdict(
        accepted=not problems,
        reason="; ".join(problems or filter(None, [_praise(value, baselines, rule), beside.said])),
        metric=rule.metric,
        value=value,
        low=_finite(measured.get("low")),
        high=_finite(measured.get("high")),
        limit=rule.limit,
        baselines=baselines,
        comparison=beside.said,
    )


def _objections(
    value: float | None, baselines: Mapping[str, float | None], rule: Evaluation
) -> list[str]:
    if value is None:
        return [f"the evaluation has no {rule.metric} that is a number"]
    found: list[str] = []
    if value != rule.limit and not _better(value, rule.limit, rule):
        beyond = "above" if rule.direction == "lower" else "below"
        found.append(f"{rule.metric} {value:.4g} is {beyond} {rule.limit}")
    for name, other in baselines.items():
        if other is None:
            found.append(f"the baseline {name} has no {rule.metric} that is a number")
        elif not _better(value, other, rule):
            found.append(f"{rule.metric} {value:.4g} is not better than {name} ({other:.4g})")
    return found


def _better(value: float, other: float, rule: Evaluation) -> bool:
    return value < other if rule.direction == "lower" else value > other


@dataclass(frozen=True)
class Beside:
    """What a comparison says, and whether it speaks against the model."""

    said: str = ""
    worse: bool = False

    @property
    def objections(self) -> list[str]:
        """What is to be said against the model."""
        return [self.said] if self.worse else []


def compared(comparison: object) -> Beside:
    """Read a comparison. One that cannot be made is told and hinders nothing: contracts change."""
    if comparison is None:
        return Beside()
    found = _section(comparison)
    difference = _section(found.get("difference"))
    value, low, high, level = (
        _finite(section.get(name))
        for section, name in (
            *((difference, name) for name in ("value", "low", "high")),
            (found, "level"),
        )
    )
    if isinstance(why := found.get("incomparable"), str) and why:
        return Beside(f"not compared with the model in service: {why}")
    not_worse = found.get("not_worse")
    if not isinstance(not_worse, bool) or None in (value, low, high, level):
        return Beside("the comparison with the model in service says nothing", worse=True)
    word = "not worse" if not_worse else "worse"
    rows = _section(found.get("sampled")).get("test", found.get("rows"))
    return Beside(
        f"{word} than the model in service on the same {rows} test rows "
        f"({found.get('metric')} {value:+.4g}, {low:+.4g} to {high:+.4g} at {level:.0%})",
        worse=not not_worse,
    )


def _untestable(evaluation: Mapping[str, object]) -> list[str]:
    """Without rows whose answers are known, nobody could tell whether the endpoint answers them."""
    return [] if examples(evaluation) else ["the evaluation has no examples for the smoke test"]


@dataclass(frozen=True)
class Example:
    """A row as a client sends it, and the answer that the evaluation gave."""

    row: str
    numbers: tuple[float, ...]
    """The prediction, or the probability of each class."""

    label: str = ""
    """The likeliest class; empty where the prediction is a number."""


def examples(evaluation: object) -> tuple[Example, ...]:
    """Return the rows that the endpoint is tested with."""
    entries = map(_section, _list(_section(evaluation).get("examples")))
    return tuple(
        Example(row, numbers, label)
        for entry in entries
        if isinstance(row := entry.get("row"), str)
        for numbers, label in [_answer(entry.get("prediction"))]
        if numbers
    )


def _answer(prediction: object) -> tuple[tuple[float, ...], str]:
    """Return the numbers of a prediction, and its label; no numbers where one is none."""
    if not isinstance(prediction, Mapping):
        number = _finite(prediction)
        return ((), "") if number is None else ((number,), "")
    fields = _section(cast("object", prediction))
    found = [_finite(one) for one in _list(fields.get("probabilities"))]
    known = tuple(one for one in found if one is not None)
    label = fields.get("label")
    if len(known) < len(found) or not isinstance(label, str) or not label:
        return (), ""
    return known, label


def _praise(value: float | None, baselines: Mapping[str, float | None], rule: Evaluation) -> str:
    others = ", ".join(f"{name} ({other:.4g})" for name, other in baselines.items())
    better = f" and better than {others}" if others else ""
    return f"{rule.metric} {value:.4g} is within {rule.limit}{better}"


def _baseline(evaluation: Mapping[str, object], name: str, metric: str) -> float | None:
    found = _section(_section(evaluation.get("baselines")).get(name))
    return _finite(_section(found.get(metric)).get("value"))


def _section(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
