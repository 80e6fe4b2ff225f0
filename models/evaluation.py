"""The section `evaluation` of a model file: what a model has to reach before it is deployed."""

from dataclasses import dataclass
from typing import Any, Final

from models.fields import Fields, closest
from models.objectives import AT_MOST_ONE, METRICS, Direction, direction, metrics_of

BASELINES: Final = ("constant", "linear")
_RENAMED: Final = {"mean": "constant"}
_EVEN: Final = 0.5
"""Below it a coin would be surer."""


@dataclass(frozen=True)
class Evaluation:
    """What a model has to reach before it is deployed."""

    metric: str
    limit: float
    """The worst value of the metric that passes: the largest one of an error, the smallest one of a
    metric of which more is better."""

    baselines: tuple[str, ...]
    """Simple models that it has to beat on the same metric."""

    not_worse_at: float | None = None
    """How sure one has to be that a model is worse than the one in service to turn it down; `None`
    compares with no other model."""

    @property
    def direction(self) -> Direction:
        """Which values of the metric are better."""
        return direction(self.metric)

    def to_json(self) -> dict[str, Any]:
        """The section as identities hash it."""
        champion = {} if self.not_worse_at is None else {"not_worse_at": self.not_worse_at}
        return {
            "metric": self.metric,
            "limit": self.limit,
            "baselines": list(self.baselines),
            **({"champion": champion} if champion else {}),
        }


def read_evaluation(fields: Fields, objective: str) -> Evaluation:
    """Read the section for a model of an objective."""
    allowed = metrics_of(objective)
    metric = fields.choice("metric", METRICS, default=allowed[0])
    if metric not in allowed:
        words = f"{', '.join(allowed)}, as the objective is {objective}"
        fields.reject("metric", metric, words)
    evaluation = Evaluation(metric, _limit(fields, metric), _baselines(fields), _champion(fields))
    fields.close()
    return evaluation


def _limit(fields: Fields, metric: str) -> float:
    if metric in AT_MOST_ONE:
        return fields.number("limit", lambda limit: 0 < limit <= 1, "a number above 0, at most 1")
    return fields.number("limit", lambda limit: limit > 0, "a number above 0")


def _baselines(fields: Fields) -> tuple[str, ...]:
    items = fields.items("baselines", f"a list of {', '.join(BASELINES)}", default=BASELINES)
    for index, item in enumerate(items):
        if item not in BASELINES or item in items[:index]:
            fields.reject(
                f"baselines[{index}]",
                item,
                ", ".join(BASELINES) + ", each once",
                _RENAMED.get(str(item)) or closest(item, BASELINES),
            )
    return tuple(str(item) for item in items)


def _champion(fields: Fields) -> float | None:
    if not fields.has("champion"):
        fields.optional("champion")
        return None
    champion = fields.section("champion")
    level = champion.number(
        "not_worse_at", lambda share: _EVEN <= share < 1, "a share from 0.5, below 1", default=0.9
    )
    champion.close()
    return level
