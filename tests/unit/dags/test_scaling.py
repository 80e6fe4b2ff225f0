"""Bounds of a variant: set, changed, taken away; each of them as often as one likes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dags import scaling
from dags.endpoints import Endpoint
from models.endpoint import Scaling
from tests.unit.dags.builders import RESOURCE, SCALING, hosted_model, plan

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

NAME = "mlops-test-abalone"
WANTED = Scaling(1, 4, 6000, 300, 60)


def test_nothing_scales_that_is_not_registered(clients: FakeClients) -> None:
    assert scaling.registered(clients.typed.autoscaling, NAME) is None


def test_what_was_set_is_what_is_found(clients: FakeClients) -> None:
    said = scaling.ensure(clients.typed.autoscaling, NAME, WANTED)

    assert "from 1 to 4 instances" in said
    assert scaling.registered(clients.typed.autoscaling, NAME) == WANTED


def test_what_is_as_wanted_is_left_alone(clients: FakeClients) -> None:
    scaling.ensure(clients.typed.autoscaling, NAME, WANTED)
    clients.autoscaling.calls.clear()

    said = scaling.ensure(clients.typed.autoscaling, NAME, WANTED)

    assert said == ""
    assert clients.autoscaling.calls == []


def test_other_bounds_replace_those_before(clients: FakeClients) -> None:
    scaling.ensure(clients.typed.autoscaling, NAME, WANTED)

    scaling.ensure(clients.typed.autoscaling, NAME, replace(WANTED, max_instances=9))

    assert clients.autoscaling.targets[RESOURCE]["MaxCapacity"] == 9


def test_a_target_without_its_policy_is_completed(clients: FakeClients) -> None:
    """Somebody died between the two requests."""
    clients.autoscaling.targets[RESOURCE] = {"MinCapacity": 1, "MaxCapacity": 4}

    scaling.ensure(clients.typed.autoscaling, NAME, WANTED)

    assert scaling.registered(clients.typed.autoscaling, NAME) == WANTED


def test_somebody_elses_policy_is_not_ours(clients: FakeClients) -> None:
    scaling.ensure(clients.typed.autoscaling, NAME, WANTED)
    clients.autoscaling.policies[RESOURCE]["PolicyName"] = "by hand"

    found = scaling.registered(clients.typed.autoscaling, NAME)

    assert found is not None
    assert found.invocations_per_minute == 0


def test_what_is_not_wanted_any_more_is_taken_away(clients: FakeClients) -> None:
    scaling.ensure(clients.typed.autoscaling, NAME, WANTED)

    said = scaling.ensure(clients.typed.autoscaling, NAME, None)

    assert said == "the endpoint scales no more"
    assert clients.autoscaling.targets == {}


def test_releasing_twice_is_fine(clients: FakeClients) -> None:
    scaling.ensure(clients.typed.autoscaling, NAME, WANTED)

    scaling.release(clients.typed.autoscaling, NAME)
    scaling.release(clients.typed.autoscaling, NAME)

    assert clients.autoscaling.targets == {}


# ---- after a run

BEFORE = Scaling(2, 3, 100, 300, 60)
PLAN = plan(hosted_model(scaling={**SCALING, "min_instances": 1}))


def follow(
    clients: FakeClients, serves: str, before: Scaling | None = None, status: str = "InService"
) -> str:
    """Follow a run of a model file that says WANTED; `before` is what was registered."""
    endpoint = Endpoint(status, serves, "")
    kept = before.to_json() if before else {}
    return scaling.follow(clients.typed.autoscaling, NAME, endpoint, PLAN, kept)


def test_what_was_deployed_scales_as_its_model_file_says(clients: FakeClients) -> None:
    follow(clients, PLAN.names.endpoint_config, BEFORE)

    assert scaling.registered(clients.typed.autoscaling, NAME) == WANTED


def test_what_went_back_scales_as_before(clients: FakeClients) -> None:
    follow(clients, "before", BEFORE)

    assert scaling.registered(clients.typed.autoscaling, NAME) == BEFORE


def test_what_never_scaled_does_not_after_it_went_back(clients: FakeClients) -> None:
    scaling.ensure(clients.typed.autoscaling, NAME, WANTED)

    follow(clients, "before")

    assert scaling.registered(clients.typed.autoscaling, NAME) is None


def test_an_endpoint_that_no_deployment_touched_is_left_alone(clients: FakeClients) -> None:
    endpoint = Endpoint("InService", "another", "")

    said = scaling.follow(clients.typed.autoscaling, NAME, endpoint, PLAN, None)

    assert said == ""
    assert clients.autoscaling.calls == []


def test_an_endpoint_that_does_not_serve_cannot_scale(clients: FakeClients) -> None:
    said = follow(clients, PLAN.names.endpoint_config, BEFORE, status="Failed")

    assert said == ""
    assert clients.autoscaling.calls == []


def test_where_there_is_no_endpoint_nothing_scales(clients: FakeClients) -> None:
    assert scaling.follow(clients.typed.autoscaling, NAME, None, PLAN, {}) == ""
