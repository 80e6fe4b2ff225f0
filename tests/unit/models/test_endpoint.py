"""The endpoint section: instances, scaling, deployment, data capture."""

from typing import Any

import pytest

from models.endpoint import Endpoint, read_endpoint
from models.fields import Fields, Problems

SCALING = {"min_instances": 2, "max_instances": 4, "invocations_per_minute": 6000}


def read(**section: Any) -> Endpoint:
    problems = Problems("wine.yaml")
    endpoint = read_endpoint(Fields(section, "endpoint", problems))
    assert problems.found == []
    return endpoint


def problems_of(**section: Any) -> dict[str, str]:
    """Return what is allowed in each field that is wrong."""
    problems = Problems("wine.yaml")
    read_endpoint(Fields(section, "endpoint", problems))
    return {problem.field.removeprefix("endpoint."): problem.allowed for problem in problems.found}


def test_what_is_left_out_is_not_there() -> None:
    assert read().to_json() == {"instance_type": "ml.m5.large", "instance_count": 1}


@pytest.mark.parametrize(
    "section",
    [
        {},
        {"scaling": SCALING},
        {"deployment": {}},
        {"deployment": {"strategy": "linear", "step_percent": 50}, "instance_count": 2},
        {"data_capture": {"percentage": 100}},
    ],
)
def test_the_normalised_form_reads_as_the_same(section: dict[str, Any]) -> None:
    endpoint = read(**section)

    assert read(**endpoint.to_json()) == endpoint


def test_an_endpoint_that_scales_begins_with_its_least() -> None:
    assert read(scaling=SCALING).instance_count == 2


def test_cooldowns_take_instances_away_slower_than_they_add_them() -> None:
    scaling = read(scaling=SCALING).scaling

    assert scaling is not None
    assert scaling.scale_in_seconds > scaling.scale_out_seconds


def test_a_deployment_is_all_at_once_and_taken_back_by_alarms() -> None:
    deployment = read(deployment={}).deployment

    assert deployment is not None
    assert (deployment.strategy, deployment.rollback, deployment.steps) == ("all-at-once", True, 1)


@pytest.mark.parametrize(
    ("strategy", "percent", "steps"),
    [
        ("canary", 10, 2),
        ("canary", 50, 2),
        ("linear", 50, 2),
        ("linear", 30, 4),
        ("linear", 10, 10),
    ],
)
def test_steps_follow_from_their_size(strategy: str, percent: int, steps: int) -> None:
    deployment = read(
        instance_count=2, deployment={"strategy": strategy, "step_percent": percent}
    ).deployment

    assert deployment is not None
    assert deployment.steps == steps
    assert deployment.minutes == steps * 5


@pytest.mark.parametrize(
    ("section", "field"),
    [
        ({"scaling": {**SCALING, "min_instances": 0}}, "scaling.min_instances"),
        ({"scaling": {**SCALING, "max_instances": 1}}, "scaling.max_instances"),
        ({"scaling": {"max_instances": 4}}, "scaling.invocations_per_minute"),
        ({"scaling": {**SCALING, "scale_in_seconds": 3601}}, "scaling.scale_in_seconds"),
        ({"scaling": {**SCALING, "target": 1}}, "scaling.target"),
        ({"scaling": SCALING, "instance_count": 5}, "instance_count"),
        ({"scaling": SCALING, "instance_type": "ml.t2.medium"}, "instance_type"),
        ({"scaling": True}, "scaling"),
        ({"deployment": {"strategy": "rolling"}}, "deployment.strategy"),
        ({"deployment": {"step_percent": 10}}, "deployment.step_percent"),
        ({"deployment": {"bake_minutes": 61}}, "deployment.bake_minutes"),
        ({"deployment": {"rollback": "yes"}}, "deployment.rollback"),
        (
            {"deployment": {"strategy": "linear", "step_percent": 5}, "instance_count": 2},
            "deployment.step_percent",
        ),
        (
            {"deployment": {"strategy": "linear", "step_percent": 10, "bake_minutes": 60}},
            "deployment.bake_minutes",
        ),
        ({"deployment": {"strategy": "canary"}}, "instance_count"),
        (
            {
                "deployment": {"strategy": "canary"},
                "scaling": {**SCALING, "min_instances": 1},
                "instance_count": 3,
            },
            "scaling.min_instances",
        ),
        ({"data_capture": {"percentage": 0}}, "data_capture.percentage"),
        ({"data_capture": {}}, "data_capture.percentage"),
    ],
)
def test_what_cannot_be_deployed_is_refused(section: dict[str, Any], field: str) -> None:
    assert [*problems_of(**section)] == [field]


def test_a_canary_of_one_instance_says_why_not() -> None:
    allowed = problems_of(deployment={"strategy": "canary"})["instance_count"]

    assert allowed == "at least 2, as a canary deployment splits the instances"
