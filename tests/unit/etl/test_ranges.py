"""Reading a large object range by range: in order, whole, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import BrokenReadError
from etl.ranges import ATTEMPTS, CHUNK, Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONTENT = bytes(range(256)) * 8


@dataclass
class Source:
    """An object whose connections break: each gives so many bytes of what it is asked, then ends.

    Attributes:
        breaks: How many bytes the next connections give before they break; further ones do not.
        asked: The ranges that were asked for.
    """

    breaks: list[int] = field(default_factory=list[int])
    silent: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    waits: list[float] = field(default_factory=list[float])

    def open_range(self, start: int, end: int) -> Iterable[bytes]:
        self.asked.append((start, end))
        return self._bytes(start, end, self.breaks.pop(0) if self.breaks else None)

    def _bytes(self, start: int, end: int, most: int | None) -> Iterator[bytes]:
        if most is None:
            yield CONTENT[start:end]
            return
        yield CONTENT[start : min(end, start + most)]
        if not self.silent:
            raise ConnectionResetError("reset by peer")

    def reader(self) -> Reader:
        return Reader(self.open_range, "s3://data/raw/a.csv", (OSError,), self.waits.append)


@given(size=st.integers(0, len(CONTENT)), range_bytes=st.integers(1, 700))
def test_an_object_comes_out_whole_and_in_order(size: int, range_bytes: int) -> None:
    found = b"".join(Source().reader().chunks(size, range_bytes))

    assert found == CONTENT[:size]


@pytest.mark.parametrize("silent", [False, True], ids=["with an error", "as if it were over"])
def test_a_range_that_breaks_is_read_on_from_there(*, silent: bool) -> None:
    source = Source(breaks=[100, 0, 50], silent=silent)

    found = source.reader().read(1000, 1256)

    assert found == CONTENT[1000:1256]
    assert source.asked == [(1000, 1256), (1100, 1256), (1100, 1256), (1150, 1256)]
    assert source.waits == [0.2]


def test_ranges_that_break_change_nothing_of_the_whole() -> None:
    source = Source(breaks=[3, 0, 7, 300, 1])

    assert b"".join(source.reader().chunks(len(CONTENT), 300)) == CONTENT


@pytest.mark.parametrize("silent", [False, True], ids=["with an error", "as if it were over"])
def test_a_connection_that_gives_nothing_any_more_ends_the_run(*, silent: bool) -> None:
    source = Source(breaks=[10, *([0] * ATTEMPTS)], silent=silent)

    with pytest.raises(BrokenReadError, match=r"a\.csv: bytes 0 to 299 .*found 10 bytes.*300"):
        source.reader().read(0, 300)

    assert len(source.asked) == 1 + ATTEMPTS


def test_more_than_was_asked_for_is_an_error_too() -> None:
    reader = Reader(
        lambda start, end: [CONTENT[start : end + 1]], "s3://data/raw/a.csv", (OSError,)
    )

    with pytest.raises(BrokenReadError, match=r"found 11 bytes; expected 10 bytes"):
        reader.read(0, 10)


def test_an_error_that_no_attempt_mends_is_raised_at_once() -> None:
    source = Source(breaks=[0])
    reader = Reader(source.open_range, "s3://data/raw/a.csv", (TimeoutError,))

    with pytest.raises(ConnectionResetError):
        reader.read(0, 10)


def test_what_is_handed_on_is_no_longer_than_a_line_may_be() -> None:
    reader = Reader(lambda start, end: [bytes(end - start)], "s3://data/raw/a.csv", ())

    sizes = [len(chunk) for chunk in reader.chunks(2 * CHUNK + 5)]

    assert sizes == [CHUNK, CHUNK, 5]
