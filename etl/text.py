"""Raw bytes to plain text: UTF-8 without a byte order mark, lines ended by a line feed.

Works chunk by chunk, so an object's size doesn't matter.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from etl.errors import EncodingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def plain_text(chunks: Iterable[bytes], where: str) -> Iterator[bytes]:
    """Yield the same text with plain line ends.

    Raises:
        EncodingError: the bytes are not UTF-8; says at which byte.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen, held_back = 0, b""
    for chunk in _started(chunks):
        _check(decoder, chunk, seen, where)
        seen += len(chunk)
        text = held_back + chunk
        # A carriage return at the end may belong to a line feed that comes with the next chunk.
        held_back = b"\r" if text.endswith(b"\r") else b""
        yield _unix(text[: len(text) - len(held_back)])
    _check(decoder, b"", seen, where, final=True)
    yield _unix(held_back)


def plain_head(content: bytes, where: str) -> str:
    """Return the first bytes of an object as plain text; a character cut at the end is dropped."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    text = _check(decoder, content, 0, where)
    return _unix(text.removeprefix("\ufeff").encode()).decode()


def _started(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks without the byte order mark that the first may begin with."""
    begin = b""
    rest = iter(chunks)
    for chunk in rest:
        begin += chunk
        if len(begin) >= len(codecs.BOM_UTF8):
            break
    yield begin.removeprefix(codecs.BOM_UTF8)
    yield from rest


def _check(
    decoder: codecs.IncrementalDecoder, chunk: bytes, seen: int, where: str, *, final: bool = False
) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        place = seen + len(chunk) - len(error.object) + error.start
        raise EncodingError(
            "not UTF-8",
            where=where,
            found=f"{error.object[error.start : error.start + 1]!r} near byte {place}",
            do="save the file as UTF-8 and upload it again",
        ) from error


def _unix(text: bytes) -> bytes:
    if b"\r" not in text:
        return text
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
