"""What should have been started by now, whatever became of the events; pure.

A reconciliation asks for the very runs that the events ask for, under the very same ids, so that
Airflow refuses all that were started: what it takes is what was lost.

A run reads all raw files of its model. So the newest file's run covers every older one, and asking
for it is enough for the data, however many files there are. Two things need more: a big file counts
as written when its upload *began*, so it may come to lie behind a newer one unseen; and each file
should have a run that says what came of it. Hence the files of the last `RECENT` too.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from trigger.event import ImagePushed, RawObjectWritten, Reason, model_of
from trigger.raw import RawObject
from trigger.runs import Run, data_run, image_runs
from trigger.staged import CodeManifest, CurrentCode

RECENT: Final = timedelta(hours=24)
"""How far back each file is asked for: longer than an upload, or an outage, should take."""

RESERVE_SECONDS: Final = 30.0
"""What is left of the function's time when nothing more is begun: room for the slowest call."""


@dataclass
class Seen:
    """Raw files while they are listed: the newest of each model, and the recent ones."""

    models: Collection[str]
    since: datetime
    listed: int = 0
    newest: dict[str, RawObject] = field(default_factory=dict[str, RawObject])
    recent: set[RawObject] = field(default_factory=set[RawObject])

    def take(self, found: RawObject) -> None:
        """Keep a file if it may be asked for: of one million, that leaves a few."""
        self.listed += 1
        model = model_of(found.key)
        if isinstance(model, Reason) or model not in self.models:
            return
        if found.modified >= self.since:
            self.recent.add(found)
        if model not in self.newest or found.modified > self.newest[model].modified:
            self.newest[model] = found

    def written(self) -> tuple[RawObjectWritten, ...]:
        """Return what to ask for: each model's newest file first, then the others by age."""
        newest = sorted(self.newest.values(), key=_newest_first)
        others = sorted(self.recent.difference(newest), key=_newest_first)
        return tuple(
            RawObjectWritten(model=found.key.split("/")[1], key=found.key, version=found.version)
            for found in chain(newest, others)
        )


def look(
    objects: Iterable[RawObject],
    models: Collection[str],
    now: datetime,
    seconds_left: Callable[[], float],
) -> tuple[Seen, bool]:
    """Go through the raw files; return what was seen, and whether that is all of them."""
    seen = Seen(models, now - RECENT)
    for found in objects:
        if seconds_left() < RESERVE_SECONDS:
            return seen, False
        seen.take(found)
    return seen, True


def wanted_runs(current: CurrentCode, manifest: CodeManifest, seen: Seen) -> tuple[Run, ...]:
    """Return the runs that should be there: of the current commit's image, and of raw files."""
    pushed = ImagePushed(current.commit, current.image_digest)
    of_files = (data_run(written, current, manifest) for written in seen.written())
    return (*image_runs(pushed, manifest), *(run for run in of_files if isinstance(run, Run)))


def _newest_first(found: RawObject) -> tuple[float, str]:
    return -found.modified.timestamp(), found.key
