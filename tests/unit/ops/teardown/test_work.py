"""Endpoints first, the rest when they are gone."""

from __future__ import annotations

from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from ops.teardown.decisions import Kind, Thing
from ops.teardown.work import LONGEST_SECONDS, Clock, take_away

ENDPOINT = Thing(Kind.ENDPOINT, "mlops-dev-abalone")
MODEL = Thing(Kind.MODEL, "mlops-dev-abalone-1")


@dataclass
class FakeCloud:
    """Endpoints that go through states, one at each look; `Deleting` comes after a deletion."""

    states: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    refused: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    deleted: list[str] = field(default_factory=list[str])

    def status(self, endpoint: str) -> str:
        states = self.states.get(endpoint, [])
        return states.pop(0) if states else ""

    def delete(self, thing: Thing) -> bool:
        if thing.name in self.refused:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Delete")
        self.deleted.append(thing.name)
        return thing.name not in self.missing


def clock() -> Clock:
    """Return a clock on which only sleeping takes time."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    return Clock(lambda: now[0], sleep)


def fates(cloud: FakeCloud, *things: Thing) -> list[str]:
    return [f"{one.fate} {one.thing.name}" for one in take_away(things, cloud, clock())]


def test_the_rest_waits_until_the_endpoint_is_gone() -> None:
    cloud = FakeCloud({ENDPOINT.name: ["InService", "Deleting", "Deleting"]})

    found = fates(cloud, ENDPOINT, MODEL)

    assert found == [
        "deleting mlops-dev-abalone",
        "deleted mlops-dev-abalone",
        "deleted mlops-dev-abalone-1",
    ]
    assert cloud.deleted == [ENDPOINT.name, MODEL.name]


def test_an_endpoint_that_is_being_updated_is_deleted_when_that_is_over() -> None:
    cloud = FakeCloud({ENDPOINT.name: ["Updating", "Updating", "InService", "Deleting"]})

    found = fates(cloud, ENDPOINT)

    assert found == [f"{fate} mlops-dev-abalone" for fate in ("waiting", "deleting", "deleted")]
    assert cloud.deleted == [ENDPOINT.name]


def test_one_that_is_being_deleted_already_is_waited_for() -> None:
    cloud = FakeCloud({ENDPOINT.name: ["Deleting"]})

    assert fates(cloud, ENDPOINT) == ["deleting mlops-dev-abalone", "deleted mlops-dev-abalone"]
    assert cloud.deleted == []


def test_what_is_gone_already_is_tolerated() -> None:
    cloud = FakeCloud(missing=frozenset({MODEL.name}))

    assert fates(cloud, ENDPOINT, MODEL) == [
        "gone already mlops-dev-abalone",
        "gone already mlops-dev-abalone-1",
    ]


def test_a_refusal_does_not_keep_the_rest_from_going() -> None:
    other = Thing(Kind.MODEL, "mlops-dev-other")
    cloud = FakeCloud(refused=frozenset({MODEL.name}))

    assert fates(cloud, MODEL, other) == ["refused mlops-dev-abalone-1", "deleted mlops-dev-other"]


def test_an_endpoint_that_stays_keeps_its_config_and_model_and_a_job_is_stopped_anyway() -> None:
    job = Thing(Kind.TRAINING_JOB, "mlops-dev-abalone-2")
    cloud = FakeCloud({ENDPOINT.name: ["InService"]}, refused=frozenset({ENDPOINT.name}))

    found = fates(cloud, ENDPOINT, job, MODEL)

    assert found == ["refused mlops-dev-abalone", "deleted mlops-dev-abalone-2"]


def test_nobody_waits_for_ever() -> None:
    looks = int(LONGEST_SECONDS)
    cloud = FakeCloud({ENDPOINT.name: ["Updating"] * looks})

    *_, last = take_away([ENDPOINT, MODEL], cloud, clock())

    assert last.fate == "refused"
    assert "60 minutes" in last.fact
