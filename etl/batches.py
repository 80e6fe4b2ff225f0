"""Plain text cut into batches: files of whole lines, small enough to be worked on in memory."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from etl.machine import MEBIBYTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BATCH_BYTES: Final = 32 * MEBIBYTE
"""Of text: an engine holds about eight times as much while it works on a batch."""

MARKS: Final = '\t\x0b\x0c ",_eE'
"""Characters that cost time where they are: it saves a tenth to know of a batch which are not."""


@dataclass(frozen=True)
class Batch:
    """Some lines of one raw object, in a file of their own."""

    path: Path
    first_record: int
    """Line number of the first of them, counted from 1."""

    size: int
    """Bytes."""

    marks: frozenset[str]
    """Which of the marks are somewhere in them."""


def cut(chunks: Iterable[bytes], folder: Path, limit: int = BATCH_BYTES) -> Iterator[Batch]:
    """Write plain text into files of about so many bytes, at the ends of lines.

    Whoever takes a batch deletes its file.
    """
    with closing(_Writer(folder)) as writer:
        for chunk in chunks:
            rest = chunk
            while writer.size + len(rest) > limit:
                end = _end_of_lines(rest, limit - writer.size)
                if end == 0:
                    break  # one line that is larger than a batch
                writer.write(rest[:end])
                yield writer.finish()
                rest = rest[end:]
            writer.write(rest)
        if writer.size:
            yield writer.finish()


def _end_of_lines(text: bytes, limit: int) -> int:
    """Return where the last whole line within the limit ends, or else the first; 0 for none."""
    return text.rfind(b"\n", 0, max(limit, 0)) + 1 or text.find(b"\n") + 1


class _Writer:
    """Writes one batch after another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batches = 0
        self._next_record = 1
        self._begin()

    def write(self, text: bytes) -> None:
        """Add text to the batch."""
        if not text:
            return
        if self._stream is None:
            self._stream = self._path.open("wb")
        self._stream.write(text)
        self.size += len(text)
        self._lines += text.count(b"\n")
        self._marks |= {mark for mark in MARKS if mark.encode() in text}

    def finish(self) -> Batch:
        """Finish the batch, and begin the next."""
        self.close()
        batch = Batch(self._path, self._next_record, self.size, self._marks)
        self._next_record += self._lines
        self._begin()
        return batch

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._stream is not None:
            self._stream.close()

    def _begin(self) -> None:
        self._path = self._folder / f"batch-{self._batches:06d}"
        self._batches += 1
        self._stream: BinaryIO | None = None
        self.size, self._lines = 0, 0
        self._marks: frozenset[str] = frozenset()
