"""How far a raw object has come, told every few seconds."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from etl.request import Source

LOG = logging.getLogger("etl")

EVERY_SECONDS: Final = 5.0
_MEGABYTE: Final = 1_000_000


class Progress:
    """Counts the rows and bytes of one raw object."""

    def __init__(self, source: Source, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._began = self._told = clock()
        self._rows = 0
        self._bytes = 0

    def add(self, rows: int, size: int) -> None:
        """Count a batch; tell if it is time to."""
        self._rows += rows
        self._bytes += size
        if self._clock() - self._told >= EVERY_SECONDS:
            self._told = self._clock()
            self._tell()

    def end(self) -> None:
        """Tell what it came to."""
        self._tell()

    def _tell(self) -> None:
        seconds = max(self._clock() - self._began, 0.001)
        LOG.info(
            "%s: %s rows, %.1f MB, %.1f MB/s",
            self._source.key,
            f"{self._rows:,}",
            self._bytes / _MEGABYTE,
            self._bytes / _MEGABYTE / seconds,
        )
