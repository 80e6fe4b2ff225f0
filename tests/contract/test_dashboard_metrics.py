"""The dashboard searches for what the DAGs have SageMaker read from a job's log, under its name."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from components.dashboard import Watched, dashboard
from components.naming import Names
from dags.requests import training_request
from models.objectives import OBJECTIVES, metrics_of
from tests.unit.dags.builders import model, plan, stack_settings


def searches(metric: str, prefix: str) -> list[str]:
    """Return what the dashboard searches of training jobs for."""
    names = Names(prefix=prefix, account="123456789012", region="us-east-1")
    body = json.loads(json.dumps(dashboard(names, Watched({}, [], [metric], []))))
    graphs = [widget["properties"] for widget in body["widgets"]]
    found = [
        one[0]["expression"]
        for graph in graphs
        for one in graph.get("metrics", [])[:1]
        if "Training" in graph.get("title", "")
    ]
    return [str(one) for one in found]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_metric_of_each_objective_is_searched_for_as_jobs_report_it(objective: str) -> None:
    of_objective = replace(model(), training=replace(model().training, objective=objective))

    request = training_request(plan(of_objective), stack_settings())

    (search,) = searches(metrics_of(objective)[0], stack_settings().name_prefix)
    reported = [one["Name"] for one in request["AlgorithmSpecification"]["MetricDefinitions"]]
    assert [name for name in reported if f'MetricName="{name}"' in search] == [
        f"test:{metrics_of(objective)[0]}"
    ]


def test_jobs_are_found_by_the_prefix_of_their_names() -> None:
    settings = stack_settings()

    job = training_request(plan(), settings)["TrainingJobName"]

    (search,) = searches("rmse", settings.name_prefix)
    assert job.startswith(f"{settings.name_prefix}-")
    assert f" {settings.name_prefix}'" in search
