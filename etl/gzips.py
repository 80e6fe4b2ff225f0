"""Gzip, piece by piece: several members one after another are one text, as with `gzip -d`."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, Protocol

from etl.errors import GzipError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIX: Final = ".gz"
MAGIC: Final = b"\x1f\x8b"
_WITH_HEADER: Final = 31
"""What zlib calls a stream of gzip."""

_PIECE: Final = 1024 * 1024
"""Bytes of text that are made at once: a small file may be one of gigabytes."""


def gunzip(chunks: Iterable[bytes], where: str) -> Iterator[bytes]:
    """Yield what was compressed.

    Raises:
        GzipError: it is no gzip, or a damaged or truncated one; says at which byte.
    """
    members = _Members(where)
    for chunk in chunks:
        yield from members.read(chunk)
    yield members.end()


def gunzip_head(content: bytes, where: str, size: int, *, whole: bool) -> bytes:
    """Return the first bytes of what was compressed, from the first bytes of the object."""
    members = _Members(where)
    text = b""
    for piece in members.read(content):
        text += piece
        if len(text) >= size:
            return text[:size]
    return text + members.end() if whole else text


class _Member(Protocol):
    """What zlib gives for one member; its own type has no public name."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Members:
    """Reads one member after another."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._place = 0
        self._held = b""
        self._found = 0
        self._member: _Member | None = None

    def read(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk of the object holds."""
        data, self._held = self._held + chunk, b""
        while data:
            if self._member is None and len(data) < len(MAGIC):
                self._held = data
                return
            member = self._member or self._begin(data)
            text, left = self._inflate(member, data)
            self._place += len(data) - len(left)
            self._member = None if member.eof else member
            data = left
            if text:
                yield text

    def end(self) -> bytes:
        """Return what is left, after the last chunk."""
        if self._held:
            raise self._no_member(self._held)
        rest = self._member.flush() if self._member else b""
        if self._member and not self._member.eof:
            raise GzipError(
                "the gzip is truncated",
                where=self._where,
                found=f"its end at byte {self._place}, in the middle of compressed data",
                do="upload the file again, whole",
            )
        return rest

    def _begin(self, data: bytes) -> _Member:
        if not data.startswith(MAGIC):
            raise self._no_member(data)
        self._found += 1
        self._member = zlib.decompressobj(_WITH_HEADER)
        return self._member

    def _inflate(self, member: _Member, data: bytes) -> tuple[bytes, bytes]:
        try:
            text = member.decompress(data, _PIECE)
        except zlib.error as error:
            raise GzipError(
                "the gzip is damaged",
                where=self._where,
                found=f"{error} after byte {self._place}",
                do="compress the file again, and upload it whole",
            ) from error
        return text, member.unused_data if member.eof else member.unconsumed_tail

    def _no_member(self, data: bytes) -> GzipError:
        if self._found == 0:
            return GzipError(
                f"its name ends in {SUFFIX}, but it is no gzip",
                where=self._where,
                found=f"{data[:8]!r} at byte 0",
                expected=f"{MAGIC!r}",
                do=f"upload it by a name without {SUFFIX}, or compress it",
            )
        return GzipError(
            "something that is no gzip follows the compressed data",
            where=self._where,
            found=f"{data[:8]!r} at byte {self._place}",
            expected="the end of the object, or more of gzip",
            do="compress the file again, and upload it",
        )
