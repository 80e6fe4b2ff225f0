"""The way to a stack begins with all that MWAA stands on, and without MWAA itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.program import Graph, StandInCloud, evaluate
from ops.urns import name_of
from tests.deploy_page import left_out

ROOT = Path(__file__).resolve().parents[2]
LOOKED_AT = ("keys", "network", "storage", "hosting", "airflow-access")
"""Beginnings of the names of what the preflight looks at."""


@pytest.fixture(scope="module", params=["dev", "prod"])
def graph(request: pytest.FixtureRequest) -> Graph:
    return evaluate(ROOT, request.param, StandInCloud())


def test_the_first_up_leaves_airflow_out_and_what_would_call_it(graph: Graph) -> None:
    names = {name_of(urn) for urn in left_out(graph)}

    assert {"airflow-environment", "trigger-function", "trigger-data-target"} <= names


def test_the_first_up_makes_all_that_the_preflight_looks_at(graph: Graph) -> None:
    names = {name_of(urn) for urn in left_out(graph)}

    assert {name for name in names if name.startswith(LOOKED_AT)} == set()


def test_the_first_up_makes_most_of_the_stack(graph: Graph) -> None:
    assert len(left_out(graph)) < len(graph.resources) / 10
