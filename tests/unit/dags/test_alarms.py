"""Which alarms a deployment can watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dags import alarms

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients


def test_nothing_is_asked_where_there_is_nothing_to_watch(clients: FakeClients) -> None:
    assert alarms.quiet(clients.typed.cloudwatch, ()) == ()


def test_an_alarm_that_has_seen_nothing_yet_is_watched(clients: FakeClients) -> None:
    clients.cloudwatch.states = {"new": "INSUFFICIENT_DATA"}

    assert alarms.quiet(clients.typed.cloudwatch, ("new",)) == ("new",)


def test_one_that_is_on_would_take_the_remedy_back_too(clients: FakeClients) -> None:
    clients.cloudwatch.states = {"on": "ALARM", "off": "OK"}

    assert alarms.quiet(clients.typed.cloudwatch, ("on", "off")) == ("off",)


def test_one_that_is_not_there_would_be_refused(clients: FakeClients) -> None:
    assert alarms.quiet(clients.typed.cloudwatch, ("missing",)) == ()
