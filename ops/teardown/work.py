"""Carries out a plan: endpoints first, then the rest when they are gone.

Nothing is remembered: whatever interrupts it, the next time finds what is still there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from ops.teardown.decisions import Kind, Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Fate = Literal["deleting", "deleted", "gone already", "waiting", "refused"]

SETTLED: Final = frozenset({"InService", "Failed", "OutOfService", "UpdateRollbackFailed"})
"""States in which an endpoint can be deleted; in the others SageMaker is busy with it."""

POLL_SECONDS: Final = 5.0
LONGEST_SECONDS: Final = 3600.0
"""How long an endpoint may take: an update that is under way has to end first."""


class Deleting(Protocol):
    """What `cloud.Cloud` does, as far as it is needed here."""

    def status(self, endpoint: str) -> str:
        """Return an endpoint's status; empty when it is gone."""
        ...

    def delete(self, thing: Thing) -> bool:
        """Delete something; tell whether it was there."""
        ...


@dataclass(frozen=True)
class Clock:
    """How long it is waited: real time, unless a test says otherwise."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Done:
    """What became of one thing."""

    thing: Thing
    fate: Fate
    fact: str = ""


REAL: Final = Clock()


def take_away(things: Sequence[Thing], cloud: Deleting, clock: Clock = REAL) -> Iterator[Done]:
    """Delete one thing after the other; what is refused does not keep the rest from it.

    Except for an endpoint: it needs its config and its model for as long as it is there.
    """
    serving = False
    for done in _endpoints([one for one in things if one.kind is Kind.ENDPOINT], cloud, clock):
        serving |= done.fate == "refused"
        yield done
    for thing in things:
        if thing.kind is Kind.TRAINING_JOB or (thing.kind is not Kind.ENDPOINT and not serving):
            yield _delete(thing, cloud)


def _endpoints(things: Sequence[Thing], cloud: Deleting, clock: Clock) -> Iterator[Done]:
    """Ask for the deletion of each as soon as it can be deleted, and wait until all are gone."""
    ends = clock.now() + LONGEST_SECONDS
    left, asked = {thing.name: thing for thing in things}, set[str]()
    told: dict[str, str] = {}
    while left:
        for thing in tuple(left.values()):
            done = _look(thing, cloud, asked)
            if done.fate in ("deleted", "gone already", "refused"):
                del left[thing.name]
            if told.get(thing.name) != done.fate:
                told[thing.name] = done.fate
                yield done
        if left and clock.now() > ends:
            yield from (Done(one, "refused", _too_long()) for one in left.values())
            return
        if left:
            clock.sleep(POLL_SECONDS)


def _look(thing: Thing, cloud: Deleting, asked: set[str]) -> Done:
    try:
        status = cloud.status(thing.name)
        if not status:
            return Done(thing, "deleted" if thing.name in asked else "gone already")
        if status not in SETTLED:
            deleting = status == "Deleting"
            asked.update({thing.name} if deleting else ())
            return Done(thing, "deleting" if deleting else "waiting", status)
        asked.add(thing.name)
        cloud.delete(thing)
    except (BotoCoreError, ClientError) as error:
        return Done(thing, "refused", str(error))
    return Done(thing, "deleting")


def _too_long() -> str:
    return f"it is still there after {LONGEST_SECONDS / 60:.0f} minutes: look at it in SageMaker"


def _delete(thing: Thing, cloud: Deleting) -> Done:
    try:
        return Done(thing, "deleted" if cloud.delete(thing) else "gone already")
    except (BotoCoreError, ClientError) as error:
        return Done(thing, "refused", str(error))
