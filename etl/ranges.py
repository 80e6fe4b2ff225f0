"""A large object over several connections: its ranges at once, in order, each read whole.

One connection to S3 is slow, and one that lasts for gigabytes breaks. A range that breaks is read
on from where it did; what comes out has the object's size to the byte, or the run fails.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from etl.errors import BrokenReadError
from etl.machine import MEBIBYTE
from etl.pipeline import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

RANGE_BYTES: Final = 8 * MEBIBYTE
"""S3's own advice for parallel reads."""

AT_ONCE: Final = 4
"""Ranges that are read, or wait for their turn: what they hold is all that reading takes."""

CHUNK: Final = MEBIBYTE
"""What is handed on at a time: less than the longest line may have."""

ATTEMPTS: Final = 6
"""In a row that bring no byte; the waits between them come to six seconds."""


class OpenRange(Protocol):
    """Opens an object at a range."""

    def __call__(self, start: int, end: int) -> Iterable[bytes]:
        """Return what comes from one byte to before another."""
        ...


@dataclass(frozen=True)
class Reader:
    """Reads one object. `broken` are the errors that are worth another attempt."""

    open_range: OpenRange
    where: str
    broken: tuple[type[Exception], ...]
    wait: Callable[[float], None] = time.sleep

    def chunks(self, size: int, range_bytes: int = RANGE_BYTES) -> Iterator[bytes]:
        """Yield an object of so many bytes, in order.

        Raises:
            BrokenReadError: a part of it can't be read.
        """
        starts = range(0, size, range_bytes)
        with ThreadPoolExecutor(AT_ONCE, "etl-read") as pool:
            wholes = in_order(
                pool,
                lambda start: self.read(start, min(start + range_bytes, size)),
                starts,
                AT_ONCE,
            )
            for whole in wholes:
                for place in range(0, len(whole), CHUNK):
                    yield whole[place : place + CHUNK]

    def read(self, start: int, end: int) -> bytes:
        """Return a range, whole."""
        found = bytearray()
        failures = 0
        while len(found) < end - start:
            before, cause = len(found), self._add(found, start, end)
            failures = failures + 1 if len(found) == before else 0
            if failures == ATTEMPTS:
                raise self._error(start, end, len(found), cause) from cause
            if failures:
                self.wait(0.2 * 2 ** (failures - 1))
        if len(found) > end - start:
            raise self._error(start, end, len(found), None)
        return bytes(found)

    def _add(self, found: bytearray, start: int, end: int) -> Exception | None:
        """Add what is missing of a range, or as much as comes; return what broke."""
        try:
            for chunk in self.open_range(start + len(found), end):
                found += chunk
        except self.broken as error:
            return error
        return None

    def _error(self, start: int, end: int, size: int, cause: Exception | None) -> BrokenReadError:
        return BrokenReadError(
            f"bytes {start} to {end - 1} cannot be read",
            where=self.where,
            found=f"{size} bytes{f', then {cause}' if cause else ''}",
            expected=f"{end - start} bytes",
            do="run again: parts that are finished are kept",
        )
