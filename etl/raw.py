"""Raw objects of text as the engines get them: uncompressed, decoded, with plain line ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl import gzips
from etl.errors import GzipError, MarkerError, NotTextError
from etl.line_ends import masked
from etl.text import plain_head, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etl.formats import Format
    from etl.request import Source
    from etl.storage import Storage

HEAD_BYTES: Final = 64 * 1024
"""How much of an object is looked at before it is read."""

_OTHER_ENDS: Final = (
    *(".bz2", ".deflate", ".lz4", ".lzo", ".snappy", ".xz", ".zip", ".zst"),
    *(".7z", ".bzip2", ".gzip", ".rar", ".tar", ".tgz", ".z"),
)
"""Of names of compressed files that nobody here reads; Spark would try to read some of them."""

_KINDS: Final = {
    gzips.MAGIC: ("compressed by gzip, twice", "compress it once"),
    b"PK\x03\x04": ("a zip archive, or a workbook", "upload the text in it"),
    b"BZh": ("compressed by bzip2", "compress it by gzip instead"),
    b"\x28\xb5\x2f\xfd": ("compressed by zstd", "compress it by gzip instead"),
    b"\xfd7zXZ": ("compressed by xz", "compress it by gzip instead"),
    b"%PDF-": ("a PDF", "upload the text in it"),
}
"""What files of other kinds begin with, and what to do about each."""


def refuse_marker(source: Source) -> None:
    """Refuse what consoles make to show an empty folder.

    Raises:
        MarkerError: the object is one.
    """
    if source.key.endswith("/"):
        raise MarkerError(
            "this is the marker of a folder, not a file",
            where=source.key,
            found=f"{source.size} bytes, and a name that ends in /",
            expected="a raw file",
            do="delete it: S3 needs no folders",
        )


def is_divisible(source: Source, form: Format) -> bool:
    """Tell whether any part of an object can be read without what is before it."""
    return not form.quoted_newlines and (form.type == "parquet" or not _compressed(source))


def raw_text(source: Source, storage: Storage, form: Format) -> Iterator[bytes]:
    """Yield the text of an object, bit by bit; line ends in quotes are masked if it has any.

    Raises:
        GzipError: the object is no gzip, or a damaged one.
        EncodingError: it is not of the declared encoding.
        NotTextError: it is no text at all.
        LongLineError: a quote is not closed.
    """
    chunks, where = storage.chunks(source), source.key
    if _compressed(source):
        chunks, where = gzips.gunzip(chunks, source.key), _uncompressed(source)
    text = plain_text(chunks, where, form.encoding)
    return masked(text, form, where) if form.quoted_newlines else text


def raw_head(source: Source, storage: Storage) -> bytes:
    """Return the begin of an object, uncompressed.

    Raises:
        GzipError: the object is no gzip, or a damaged one, or has another name.
        NotTextError: its name is one of a file that is compressed in another way.
    """
    _judge_name(source)
    content = storage.head(source, HEAD_BYTES)
    if _compressed(source):
        whole = source.size <= HEAD_BYTES
        return gzips.gunzip_head(content, source.key, HEAD_BYTES, whole=whole)
    if content.startswith(gzips.MAGIC):
        raise GzipError(
            f"it is compressed by gzip, but its name does not end in {gzips.SUFFIX}",
            where=source.key,
            do=f"upload it as {source.key}{gzips.SUFFIX}",
        )
    return content


def head_text(source: Source, head: bytes, form: Format) -> str:
    """Return the begin of an object as text.

    Raises:
        EncodingError: it is not of the declared encoding.
        NotTextError: it is no text at all.
    """
    where = _uncompressed(source) if _compressed(source) else source.key
    _judge_kind(head, where)
    return plain_head(head, where, form.encoding)


def _compressed(source: Source) -> bool:
    return source.key.endswith(gzips.SUFFIX)


def _uncompressed(source: Source) -> str:
    """Return how errors call what is in a gzip: the places they name are places in there."""
    return f"{source.key} (uncompressed)"


def _judge_name(source: Source) -> None:
    end = next((end for end in _OTHER_ENDS if source.key.lower().endswith(end)), None)
    if end is not None:
        raise NotTextError(
            f"a name that ends in {end} is one of a compressed file, and only gzip is read",
            where=source.key,
            do=f"upload the text itself, or compress it by gzip and name it {gzips.SUFFIX}",
        )


def _judge_kind(content: bytes, where: str) -> None:
    for begin, (kind, do) in _KINDS.items():
        if content.startswith(begin):
            found = f"{begin!r} at byte 0"
            raise NotTextError(f"this is no text: {kind}", where=where, found=found, do=do)
