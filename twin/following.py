"""Waiting for what comes of a push or of a raw file: the timeline says it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin.errors import TwinError
from twin.timeline import Entry, Step, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BUILD_STEPS = (Step.PUSH, Step.PIPELINE, Step.STAGING, Step.IMAGE)
"""What a push goes through before there is any DAG run."""

LONGEST_SECONDS = 900.0
"""How long a person is kept waiting before the twin says that it gave up waiting."""


@dataclass
class Followed:
    """What came of one push or raw file, as far as the timeline has told.

    `expected` holds the DAG ids that owe an outcome, `run_ids` the names that their run may have.
    """

    commit: str
    run_ids: frozenset[str]
    expected: frozenset[str]
    ended: dict[str, Entry] = field(default_factory=dict[str, Entry])
    failures: list[Entry] = field(default_factory=list[Entry])
    ignored: Entry | None = None

    def concerns(self, entry: Entry) -> bool:
        """Tell whether an entry belongs to what is followed."""
        return entry.run in self.run_ids or (self.commit != "" and entry.run == self.commit)

    def take(self, entry: Entry) -> None:
        """Note what an entry says."""
        if entry.step is Step.RUN and entry.state in ("succeeded", "failed"):
            self.ended[entry.resource] = entry
        if entry.state == "failed":
            self.failures.append(entry)
        if entry.step is Step.TRIGGER and entry.state == "ignored":
            self.ignored = entry

    @property
    def done(self) -> bool:
        """Tell whether nothing more is to come."""
        build_failed = any(entry.step in BUILD_STEPS for entry in self.failures)
        trigger_gave_up = any(entry.step is Step.TRIGGER for entry in self.failures)
        gave_up = build_failed or trigger_gave_up or self.ignored is not None
        return gave_up or self.expected <= self.ended.keys()

    @property
    def ok(self) -> bool:
        """Tell whether every model that was expected got an outcome, none of them a failure."""
        return not self.failures and self.ignored is None and self.expected <= self.ended.keys()


def wait_for(
    timeline: Path,
    followed: Followed,
    show: Callable[[Entry | None], None],
    longest_s: float = LONGEST_SECONDS,
    since: float = 0.0,
) -> Followed:
    """Follow the timeline until all is said; each entry, and each tick, goes to `show`.

    What is older than `since`, a time of the clock, is left out: an event of the same run may have
    come to nothing before.

    Raises:
        TwinError: it took longer than anybody should wait.
    """
    deadline = time.monotonic() + longest_s
    for entry in _relevant(follow(timeline), followed, since):
        show(entry)
        if entry is not None:
            followed.take(entry)
        elif followed.done:
            return followed
        if time.monotonic() > deadline:
            raise _too_long(followed, longest_s)
    raise AssertionError("a timeline never ends")


def _relevant(
    entries: Iterator[Entry | None], followed: Followed, since: float
) -> Iterator[Entry | None]:
    return (
        entry
        for entry in entries
        if entry is None or (entry.at >= since and followed.concerns(entry))
    )


def _too_long(followed: Followed, longest_s: float) -> TwinError:
    missing = ", ".join(sorted(followed.expected - followed.ended.keys()))
    return TwinError(
        f"no outcome after {longest_s:.0f} s",
        resource=missing,
        expected="a DAG run that ends with a recorded outcome",
        do="look at `make status` and `make logs STEP=run`; a later `make push` starts anew",
    )
