"""What the log tells while a raw object is worked on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from etl.progress import Progress
from etl.request import Source

if TYPE_CHECKING:
    import pytest

SOURCE = Source("data", "raw/wine/a.csv", "v1", 7)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_is_told_every_few_seconds_and_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "etl")
    clock = Clock()
    progress = Progress(SOURCE, clock)

    for seconds in (2, 4, 6, 7):
        clock.now = 100.0 + seconds
        progress.add(1000, 3_000_000)
    clock.now = 108.0
    progress.end()

    assert caplog.messages == [
        "raw/wine/a.csv: 3,000 rows, 9.0 MB, 1.5 MB/s",
        "raw/wine/a.csv: 4,000 rows, 12.0 MB, 1.5 MB/s",
    ]
