"""Bytes to plain text: UTF-8 without a byte order mark, lines ended by a line feed.

Works chunk by chunk, so an object's size doesn't matter. What is refused, is refused with the place
of its first byte.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from etl.errors import EncodingError, NotTextError
from etl.formats import CODECS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UTF8: Final = "utf-8"
_NUL: Final = b"\0"
_OTHER_MARKS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""In this order: UTF-32's begins with UTF-16's."""

_LONGEST_MARK: Final = 4


def plain_text(chunks: Iterable[bytes], where: str, encoding: str = UTF8) -> Iterator[bytes]:
    """Yield the same text as UTF-8 with plain line ends.

    Raises:
        EncodingError: the bytes are not of the declared encoding; says at which byte.
        NotTextError: there is a byte that no text has.
    """
    reader = _Reader(where, encoding)
    held_back = b""
    for chunk in _started(chunks):
        text = held_back + reader.read(chunk)
        # A carriage return at the end may belong to a line feed that comes with the next chunk.
        held_back = b"\r" if text.endswith(b"\r") else b""
        yield _unix(text[: len(text) - len(held_back)])
    reader.end()
    yield _unix(held_back)


def plain_head(content: bytes, where: str, encoding: str = UTF8) -> str:
    """Return the first bytes of an object as plain text; a character cut at the end is dropped."""
    text = _Reader(where, encoding).read(content).decode("utf-8", "ignore")
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Reader:
    """Turns chunks into UTF-8; the first one is long enough for a byte order mark."""

    def __init__(self, where: str, encoding: str) -> None:
        self._where = where
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(CODECS[encoding])()
        self._place = 0

    def read(self, chunk: bytes) -> bytes:
        """Return a chunk as UTF-8."""
        if self._place == 0:
            self._judge_mark(chunk)
        nul = chunk.find(_NUL)
        text = self._decode(chunk if nul < 0 else chunk[:nul])
        if nul >= 0:
            raise NotTextError(
                "this is no text",
                where=self._where,
                found=f"the byte {_NUL!r} at byte {self._place + nul}",
                expected=f"text in {self._encoding}",
                do="save the file as UTF-8 text (UTF-16 has such bytes) and upload it again",
            )
        marked = self._place == 0 and chunk.startswith(codecs.BOM_UTF8)
        self._place += len(chunk)
        if self._encoding != UTF8:
            return text.encode()
        return chunk.removeprefix(codecs.BOM_UTF8) if marked else chunk

    def end(self) -> None:
        """Refuse a character that is not whole, after the last chunk."""
        self._decode(b"", final=True)

    def _judge_mark(self, chunk: bytes) -> None:
        found = next((name for mark, name in _OTHER_MARKS.items() if chunk.startswith(mark)), None)
        if found is None and chunk.startswith(codecs.BOM_UTF8) and self._encoding != UTF8:
            found = "UTF-8"
        if found is not None:
            raise EncodingError(
                f"not {self._encoding}",
                where=self._where,
                found=f"the byte order mark of {found} at byte 0",
                do="say encoding: utf-8 under data.format"
                if found == "UTF-8"
                else "save the file as UTF-8 and upload it again",
            )

    def _decode(self, chunk: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            place = self._place + len(chunk) - len(error.object) + error.start
            raise EncodingError(
                f"not {self._encoding}",
                where=self._where,
                found=f"{error.object[error.start : error.start + 1]!r} at byte {place}",
                do=f"save the file as {self._encoding} and upload it again, or declare its encoding"
                f" under data.format: {', '.join(CODECS)}",
            ) from error


def _started(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks, the first one long enough to be judged by how it begins."""
    begin = b""
    rest = iter(chunks)
    for chunk in rest:
        begin += chunk
        if len(begin) >= _LONGEST_MARK:
            break
    yield begin
    yield from rest


def _unix(text: bytes) -> bytes:
    if b"\r" not in text:
        return text
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
