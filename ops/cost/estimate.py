"""A stack's monthly cost: every resource of its graph, and what the DAGs make of its models. Pure.

    estimate(graph, settings, models).monthly

Endpoints and training jobs are not in the graph: the DAGs own them. They are counted from the model
files, with the stack's settings over them, as the DAGs do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ops.cost.free import FREE
from ops.cost.lines import RULES, Line, Stack, line
from ops.cost.prices import HOURS, KNOWN_AT, REGION, SAME_PRICES
from ops.cost.usage import read_usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.cost.usage import Usage
    from ops.graph import Graph

REGION_SETTING: Final = "aws:region"


@dataclass(frozen=True)
class Estimate:
    """What a stack costs in a month, in US dollars.

    Attributes:
        lines: What costs, the dearest first.
        assumptions: What the figures rest on, as sentences.
        free: Types that are counted as nothing, with the reason.
        unpriced: Types that nobody has thought of.
        budget: What the stack's own budget allows; 0 for none.
    """

    stack: str
    region: str
    lines: tuple[Line, ...]
    assumptions: tuple[str, ...]
    free: Mapping[str, str]
    unpriced: tuple[str, ...]
    budget: float = 0.0

    @property
    def is_over_budget(self) -> bool:
        """Whether the stack's own budget would be used up."""
        return 0 < self.budget < self.monthly

    @property
    def monthly(self) -> float:
        """The sum of all lines."""
        return sum(one.monthly for one in self.lines)

    @property
    def by_resource(self) -> Mapping[str, float]:
        """What each resource costs in all, the dearest first."""
        sums: dict[str, float] = {}
        for one in self.lines:
            sums[one.resource] = sums.get(one.resource, 0.0) + one.monthly
        return dict(sorted(sums.items(), key=lambda entry: (-entry[1], entry[0])))

    def to_json(self) -> dict[str, Any]:
        """Return the estimate as plain objects, for programs."""
        return {
            "stack": self.stack,
            "region": self.region,
            "monthly": round(self.monthly, 2),
            "lines": [{**vars(one), "monthly": round(one.monthly, 4)} for one in self.lines],
            "assumptions": list(self.assumptions),
            "free": dict(self.free),
            "unpriced": list(self.unpriced),
            "budget": self.budget,
        }


def estimate(
    graph: Graph, settings: Mapping[str, str], models: Mapping[str, Mapping[str, Any]]
) -> Estimate:
    """Return what a stack costs in a month.

    Args:
        graph: What its program declares.
        settings: Its settings under their short names, as text.
        models: The models that it has, each as its normalised JSON.
    """
    usage = read_usage(settings)
    stack = Stack(graph, usage)
    lines = [each for one in graph if one.type in RULES for each in RULES[one.type](one, stack)]
    lines += _made_by_dags(models, settings, usage)
    used = {resource.type for resource in graph if resource.custom}
    region = settings.get(REGION_SETTING, REGION)
    return Estimate(
        stack=graph.stack,
        region=region,
        lines=tuple(sorted(lines, key=lambda one: (-one.monthly, one.resource, one.what))),
        assumptions=(_region_assumption(region), _model_assumption(models), *usage.assumptions()),
        free={token: reason for token, reason in FREE.items() if token in used},
        unpriced=tuple(sorted(used - set(RULES) - set(FREE))),
        budget=float(settings.get("monthlyBudget", "0")),
    )


def _made_by_dags(
    models: Mapping[str, Mapping[str, Any]], settings: Mapping[str, str], usage: Usage
) -> Iterator[Line]:
    for name, model in models.items():
        training, runs = model["training"], usage.retrainings / len(models)
        yield _endpoint(name, model["endpoint"], settings)
        yield from _jobs("training", name, training, settings, runs * usage.training_minutes)
        if "champion" in model.get("evaluation", {}):
            alone = {**training, "instance_count": 1}
            yield from _jobs("comparison", name, alone, settings, runs * usage.comparison_minutes)


def _endpoint(name: str, endpoint: Mapping[str, Any], settings: Mapping[str, str]) -> Line:
    kind = settings.get("endpointInstanceType") or endpoint["instance_type"]
    scaling: Mapping[str, Any] = endpoint.get("scaling") or {}
    count = int(scaling.get("min_instances", endpoint.get("instance_count", 1)))
    most = f" (under load up to {scaling['max_instances']})" if scaling else ""
    return line(f"endpoint of {name}", f"{count} x {kind}{most}", f"instance.{kind}", HOURS * count)


def _jobs(
    what: str,
    name: str,
    training: Mapping[str, Any],
    settings: Mapping[str, str],
    minutes: float,
) -> Iterator[Line]:
    kind = settings.get("trainingInstanceType") or training["instance_type"]
    count, hours = int(training.get("instance_count", 1)), minutes / 60
    volume = float(training.get("volume_gb", 0)) * count * hours / HOURS
    yield line(f"{what} of {name}", f"{count} x {kind}", f"instance.{kind}", hours * count)
    yield line(f"{what} of {name}", f"volumes of {what} jobs", "training.volume", volume)


def _region_assumption(region: str) -> str:
    dated = f"list prices of {REGION} as known in {KNOWN_AT}, in US dollars"
    if region == REGION:
        return dated
    if region in SAME_PRICES:
        return f"{dated}; those of {region} are the same"
    return f"{dated}: there are none here for {region}, which mostly asks more"


def _model_assumption(models: Mapping[str, Mapping[str, Any]]) -> str:
    names = ", ".join(models) or "none"
    return (
        f"one endpoint for each declared model ({names}), which share the retrainings; endpoints "
        "and training jobs are not in the program: the DAGs make them, and they are counted from "
        "the model files"
    )
