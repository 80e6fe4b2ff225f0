"""Records over several lines, where a contract declares them: line ends in quotes end no record.

A quote opens where a field begins, and nowhere else, as in `etl/cells.py`. One that nobody closes
holds the rest of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from etl.errors import LongLineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from etl.formats import Format

MASK: Final = "\0"
"""What stands for a line end in quotes on the way to DuckDB, which reads lines. No text has it."""

LONGEST_RECORD: Final = 1_000_000
"""Bytes. Nobody's row is that long: it is a file of another kind, or has an open quote."""

_SHOWN: Final = 60


def record_pattern(form: Format) -> str:
    """Return the pattern of one record, which is its first group, and its line end."""
    delimiter, quote, blank = _characters(form)
    quoted = f"{quote}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+(?:{quote}|\\z)"
    field = f"{blank}(?:{quoted})?+[^{delimiter}\\n]*+"
    return f"({field}(?:{delimiter}{field})*+)(?:\\n|\\z)"


def masked(chunks: Iterable[bytes], form: Format, where: str) -> Iterator[bytes]:
    """Yield the same text, in which the line ends within quotes are masked: each line is a record.

    Raises:
        LongLineError: a record is longer than any row of data before it comes to its end.
    """
    mask = _Mask(form)
    rest, records, lines = b"", 0, 0
    for chunk in chunks:
        text = rest + chunk
        found = mask(text)
        end = found.rfind(b"\n") + 1
        yield found[:end]
        records += found.count(b"\n", 0, end)
        lines += text.count(b"\n", 0, end)
        rest = text[end:]
        if len(rest) > LONGEST_RECORD:
            raise _no_end(where, records + 1, lines + 1, rest)
    yield mask(rest)


def mask_text(text: str, form: Format) -> str:
    """Return a text in which the line ends within quotes are masked."""
    return _Mask(form)(text.encode()).decode()


class _Mask:
    """Masks a text that begins with a record. No pattern here can take more than one way."""

    def __init__(self, form: Format) -> None:
        delimiter, quote, blank = _characters(form)
        on_one_line = f"{quote}[^{quote}\\n]*+(?:{quote}{quote}[^{quote}\\n]*+)*+{quote}(?!{quote})"
        plain = f"{blank}(?:{on_one_line}|(?!{quote}))[^{delimiter}\\n]*+[{delimiter}\\n]"
        quoted = f"{quote}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+(?:{quote}|\\Z)"
        self._plain = re.compile(f"(?:{plain})*+".encode())
        self._quoted = re.compile(f"{blank}{quoted}".encode())
        self._ends = re.compile(f"[{delimiter}\\n]".encode())

    def __call__(self, text: bytes) -> bytes:
        """Return the masked text; it is as long."""
        pieces: list[bytes] = []
        place = 0
        while place < len(text):
            plain = self._plain.match(text, place)
            begin = plain.end() if plain else place
            pieces.append(text[place:begin])
            quoted = self._quoted.match(text, begin)
            end = quoted.end() if quoted else begin
            pieces.append(text[begin:end].replace(b"\n", MASK.encode()))
            place = self._next_field(text, end)
            pieces.append(text[end:place])
        return b"".join(pieces)

    def _next_field(self, text: bytes, place: int) -> int:
        """Return where the field after the one at this place begins."""
        found = self._ends.search(text, place)
        return found.end() if found else len(text)


def _characters(form: Format) -> tuple[str, str, str]:
    """Return the patterns of the delimiter, of the quote and of the blanks around a field."""
    blanks = " \t".replace(form.delimiter, "")
    return re.escape(form.delimiter), re.escape(form.quote), f"[{blanks}]*+"


def _no_end(where: str, record: int, line: int, rest: bytes) -> LongLineError:
    begin = rest[:_SHOWN].decode("utf-8", "replace")
    return LongLineError(
        f"record {record}, which begins in line {line}, has no end",
        where=where,
        found=f"{begin!r} and more than {LONGEST_RECORD:,} bytes",
        expected="a row of data",
        do="close its quote, or say quote: none under data.format if quotes are text",
    )
