"""Plain text cut into batches: files of whole lines, small enough to be worked on in memory."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from etl.errors import LongLineError, NotTextError
from etl.line_ends import LONGEST_RECORD, MASK
from etl.machine import MEBIBYTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BATCH_BYTES: Final = 32 * MEBIBYTE
"""Of text; an engine holds several times as much while it works on a batch."""

MARKS: Final = '\t\x0b\x0c ",_eE'
"""Characters that cost time where they are: it helps to know of a batch which are not."""

_USUAL_SEPARATOR: Final = "\x1f"
_CONTROLS: Final = [chr(code) for code in (*range(0x1F, 0x0D, -1), *range(8, 0, -1))]
"""Control characters that separate nothing in a text."""


@dataclass(frozen=True)
class Batch:
    """Some lines of one raw object, in a file of their own."""

    path: Path
    first_record: int
    """Line number of the first of them, counted from 1."""

    size: int
    """Bytes."""

    lines: int

    marks: frozenset[str]
    """Which of the marks are somewhere in them."""

    separator: str = _USUAL_SEPARATOR
    """A character that is nowhere in them."""


def cut(
    chunks: Iterable[bytes], folder: Path, where: str, limit: int = BATCH_BYTES
) -> Iterator[Batch]:
    """Write plain text into files of about so many bytes, cut at the ends of lines.

    Whoever takes a batch deletes its file.

    Raises:
        LongLineError: a line is longer than any row of data.
    """
    with closing(_Writer(folder, where)) as writer:
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


def long_line(where: str, record: int) -> LongLineError:
    """Return why an object with such a line is refused."""
    return LongLineError(
        f"line {record} is too long for a row of data",
        where=where,
        found=f"more than {LONGEST_RECORD:,} bytes without a line end",
        expected="lines of text",
        do="upload the file that the model declares, with line feeds between its rows",
    )


def _end_of_lines(text: bytes, limit: int) -> int:
    """Return where the last whole line within the limit ends, or else the first; 0 for none."""
    return text.rfind(b"\n", 0, max(limit, 0)) + 1 or text.find(b"\n") + 1


class _Writer:
    """Writes one batch after another."""

    def __init__(self, folder: Path, where: str) -> None:
        self._folder = folder
        self._where = where
        self._batches = 0
        self._unfinished = 0
        self._next_record = 1
        self._begin()

    def write(self, text: bytes) -> None:
        """Add text to the batch."""
        if not text:
            return
        if self._stream is None:
            self._stream = self._path.open("wb")
        self._stream.write(text)
        self._measure(text)
        self.size += len(text)
        self._lines += text.count(b"\n")
        looked_for = (*MARKS, MASK, _USUAL_SEPARATOR)
        self._marks |= {mark for mark in looked_for if mark.encode() in text}

    def finish(self) -> Batch:
        """Finish the batch, and begin the next."""
        self.close()
        separator = _USUAL_SEPARATOR
        if separator in self._marks:
            separator = self._other_separator()
        lines = self._lines + (self._unfinished > 0)
        batch = Batch(self._path, self._next_record, self.size, lines, self._marks, separator)
        self._next_record += lines
        self._begin()
        return batch

    def _measure(self, text: bytes) -> None:
        """Refuse a line that is too long. No chunk holds a whole one."""
        first, last = text.find(b"\n"), text.rfind(b"\n")
        longest = self._unfinished + (len(text) if first < 0 else first)
        if longest > LONGEST_RECORD:
            raise long_line(self._where, self._next_record + self._lines)
        self._unfinished = longest if first < 0 else len(text) - last - 1

    def _other_separator(self) -> str:
        """Return a control character that the batch does not have."""
        text = self._path.read_bytes()
        found = next((one for one in _CONTROLS if one.encode() not in text), None)
        if found is None:
            raise NotTextError(
                "this is no text",
                where=self._where,
                found="every control character that there is",
                expected="lines of text",
                do="upload the file that the model declares",
            )
        return found

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
