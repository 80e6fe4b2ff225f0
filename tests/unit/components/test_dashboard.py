"""The dashboard: the steps in order, on a grid, of this stack alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.dashboard import COLUMNS, Watched, dashboard
from components.naming import Names

NAMES = Names(prefix="mlops-dev", account="123456789012", region="eu-central-1")
ALARMS = ["arn:aws:cloudwatch:eu-central-1:123456789012:alarm:mlops-dev-trigger-errors"]


@pytest.fixture
def widgets() -> list[dict[str, Any]]:
    queues = {"trigger-events": "mlops-dev-trigger-events"}
    body = dashboard(NAMES, Watched(queues, ["rule"], ["log_loss", "rmse"], ALARMS))
    found: list[dict[str, Any]] = json.loads(json.dumps(body))["widgets"]
    return found


def test_no_two_widgets_share_a_place(widgets: list[dict[str, Any]]) -> None:
    cells = [
        (column, row)
        for widget in widgets
        for column in range(widget["x"], widget["x"] + widget["width"])
        for row in range(widget["y"], widget["y"] + widget["height"])
    ]

    assert len(cells) == len(set(cells))
    assert all(column < COLUMNS for column, _ in cells)


def test_steps_stand_in_their_order(widgets: list[dict[str, Any]]) -> None:
    titles = [widget["properties"].get("title", "") for widget in widgets]
    steps = [int(title.split("-")[0].split()[0]) for title in titles if title[:1].isdigit()]

    assert steps == sorted(steps)
    assert steps[0] == 1
    assert steps[-1] == 15


def test_the_alarms_come_first(widgets: list[dict[str, Any]]) -> None:
    assert [widget["type"] for widget in widgets[:2]] == ["text", "alarm"]
    assert widgets[1]["properties"]["alarms"] == ALARMS


def test_every_graph_is_of_this_stack_and_region(widgets: list[dict[str, Any]]) -> None:
    graphs = [widget["properties"] for widget in widgets if widget["type"] == "metric"]

    assert len(graphs) == 10
    for graph in graphs:
        assert graph["region"] == "eu-central-1"
        assert graph["metrics"]


def test_models_are_searched_for_as_pushes_bring_new_ones(widgets: list[dict[str, Any]]) -> None:
    searched = [
        metric[0]["expression"]
        for widget in widgets
        for metric in widget["properties"].get("metrics", [])
        if isinstance(metric[0], dict)
    ]

    assert len(searched) == 8
    assert all("mlops-dev" in expression for expression in searched)


def test_each_metric_of_the_models_has_a_graph_of_its_own(widgets: list[dict[str, Any]]) -> None:
    graphs = [widget["properties"] for widget in widgets]

    found = {
        graph["title"]: graph["metrics"][0][0]["expression"]
        for graph in graphs
        if "Training" in graph.get("title", "")
    }
    assert list(found) == [
        "12-13 Training: log_loss, test rows",
        "12-13 Training: rmse, test rows",
    ]
    assert 'MetricName="test:log_loss"' in found["12-13 Training: log_loss, test rows"]
