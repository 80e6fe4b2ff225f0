"""From whatever file somebody names to plain text: UTF-8, line feeds, unpacked."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.formats import Encoding, FormatType

UTF_8: Final[Encoding] = "utf-8"
HEAD_CHARACTERS: Final = 1 << 20
"""Of the text that is looked at to see how lines are cut."""

_CHUNK: Final = 1 << 22
_GZIP: Final = b"\x1f\x8b"
_OTHERS: Final = {
    b"PK\x03\x04": (
        "a zip archive, as spreadsheets are, too",
        "unpack it, or export a sheet as CSV",
    ),
    b"\xd0\xcf\x11\xe0": ("an old spreadsheet", "export a sheet as CSV"),
    b"BZh": ("packed with bzip2", "unpack it, or pack it with gzip"),
    b"\xfd7zXZ": ("packed with xz", "unpack it, or pack it with gzip"),
    b"\x28\xb5\x2f\xfd": ("packed with zstd", "unpack it, or pack it with gzip"),
    b"%PDF": ("a PDF", "find the table that it was made of"),
    b"SQLite format 3": ("an SQLite database", "export a table as CSV"),
    b"ARROW1": ("an Arrow file", "save it as Parquet"),
    codecs.BOM_UTF16_LE: ("UTF-16", "save it as UTF-8, for example with iconv -f UTF-16 -t UTF-8"),
    codecs.BOM_UTF16_BE: ("UTF-16", "save it as UTF-8, for example with iconv -f UTF-16 -t UTF-8"),
}
_WORDS: Final = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_CYRILLIC: Final = 0.7
"""The share of letters beyond ASCII, in words that have any, from which it is no Latin script."""


@dataclass(frozen=True)
class Source:
    """A raw file, and what it holds as plain text."""

    file: Path
    type: FormatType
    plain: Path
    """A copy: UTF-8 without a byte order mark, lines ended by line feeds. Parquet as it is."""

    encoding: Encoding
    gzipped: bool

    @property
    def name(self) -> str:
        """What errors and comments call it."""
        return self.file.name


def open_source(file: Path, folder: Path) -> Source:
    """Look at a file, and make plain text of it in a folder for temporary files.

    Raises:
        OpsError: there is no such file, or it is none of text or Parquet.
    """
    _require_file(file)
    with file.open("rb") as stream:
        head = stream.read(_CHUNK)
    gzipped = head.startswith(_GZIP)
    _check_suffix(file, gzipped=gzipped)
    if head.startswith(b"PAR1"):
        return Source(file, "parquet", file, UTF_8, gzipped=False)
    start = next(_chunks(file, gzipped=gzipped), b"")
    _refuse_others(file, start)
    plain = folder / "plain"
    encoding = _copy(file, plain, gzipped=gzipped)
    with plain.open(encoding=UTF_8) as text:
        kind = _type(file, text.read(_CHUNK).strip())
    return Source(file, kind, plain, encoding, gzipped)


def head_of(source: Source) -> str:
    """Return the first lines, whole ones unless there is but one."""
    with source.plain.open(encoding=UTF_8, newline="") as stream:
        text = stream.read(HEAD_CHARACTERS)
        if not stream.read(1):
            return text
    return text[: text.rfind("\n") + 1] or text


def _require_file(file: Path) -> None:
    if file.is_file() and file.stat().st_size:
        return
    if file.is_dir():
        cause, found = "this is a folder", ", ".join(sorted(one.name for one in file.iterdir())[:8])
    elif file.exists():
        cause, found = "the file is empty", "0 bytes"
    else:
        siblings = [one.name for one in file.parent.iterdir()] if file.parent.is_dir() else []
        near = get_close_matches(file.name, siblings, n=1)
        cause, found = "there is no such file", f"did you mean {near[0]}?" if near else ""
    raise OpsError(
        cause,
        resource=str(file),
        found=found,
        expected="a file of rows: CSV, JSON Lines or Parquet",
        do="name one: make model NAME=wine FILE=wine.csv TARGET=quality",
    )


def _check_suffix(file: Path, *, gzipped: bool) -> None:
    if gzipped == (file.suffix == ".gz"):
        return
    raise OpsError(
        "the name says otherwise than the bytes",
        resource=file.name,
        found="bytes of gzip" if gzipped else "the suffix .gz on bytes that gzip did not write",
        expected="the suffix .gz on files of gzip and on no others: the ETL goes by the name",
        do=f"rename it: mv {file} {f'{file}.gz' if gzipped else file.with_suffix('')}",
    )


def _refuse_others(file: Path, start: bytes) -> None:
    found = next((told for magic, told in _OTHERS.items() if start.startswith(magic)), None)
    if found is None and b"\0" in start:
        place = start.index(b"\0")
        found = (f"a zero byte at place {place}, which no text has", "export the table as CSV")
    if found is None and re.match(rb"\s*<(\?xml|!doctype|html)", start, re.IGNORECASE):
        found = ("XML or HTML", "export the table as CSV")
    if found is not None:
        expected = "CSV, JSON Lines or Parquet"
        raise OpsError(
            "this is no text", resource=file.name, found=found[0], expected=expected, do=found[1]
        )


def _type(file: Path, start: str) -> FormatType:
    if not start:
        raise OpsError(
            "there is nothing in it but blanks",
            resource=file.name,
            expected="a file of rows",
            do="export the table again",
        )
    if start.startswith("["):
        raise OpsError(
            "this is one JSON array",
            resource=file.name,
            expected="JSON Lines: an object a line",
            do=f"take it apart: jq -c '.[]' {file.name} > {file.stem}.jsonl",
        )
    return "jsonl" if re.match(r'\{\s*("|\})', start) else "csv"


def _chunks(file: Path, *, gzipped: bool) -> Iterator[bytes]:
    try:
        with gzip.open(file) if gzipped else file.open("rb") as stream:
            readable = cast("BinaryIO", stream)
            while chunk := readable.read(_CHUNK):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise OpsError(
            "cannot be unpacked",
            resource=file.name,
            found=str(error),
            expected="a whole file of gzip",
            do=f"fetch it again, and try: gzip -t {file.name}",
        ) from error


def _copy(file: Path, plain: Path, *, gzipped: bool) -> Encoding:
    """Write the plain copy; return the encoding of the original."""
    try:
        _write(file, plain, UTF_8, gzipped=gzipped)
    except UnicodeDecodeError:
        encoding = _guess(file, gzipped=gzipped)
        _write(file, plain, encoding, gzipped=gzipped)
        return encoding
    return UTF_8


def _write(file: Path, plain: Path, encoding: str, *, gzipped: bool) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with plain.open("wb") as stream:
        held, first = "", True
        for chunk in chain(_chunks(file, gzipped=gzipped), (None,)):
            text = held + decoder.decode(chunk or b"", final=chunk is None)
            text = text.removeprefix("\ufeff") if first else text
            # A carriage return at the end may belong to a line feed of the next chunk.
            held = "\r" if text.endswith("\r") and chunk is not None else ""
            unix = text[: len(text) - len(held)].replace("\r\n", "\n").replace("\r", "\n")
            stream.write(unix.encode())
            first = False


def _guess(file: Path, *, gzipped: bool) -> Encoding:
    """Return the encoding of one byte a character that fits best; it remains a guess."""
    found = set[int]()
    words = list[bytes]()
    for chunk in _chunks(file, gzipped=gzipped):
        found |= set(chunk)
        words = words or _WORDS.findall(chunk)[:1000]
    letters = b"".join(words)
    if sum(byte >= 0xC0 for byte in letters) > _CYRILLIC * len(letters):  # noqa: PLR2004
        return "windows-1251"
    if not found & set(range(0x80, 0xA0)):
        return "iso-8859-1"
    if not found & {0x81, 0x8D, 0x8F, 0x90, 0x9D}:  # which it does not define
        return "windows-1252"
    return "windows-1250" if not found & {0x81, 0x83, 0x88, 0x90, 0x98} else "iso-8859-1"
