"""What a raw object is, judged by its first bytes: its format, as declared, and its layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.errors import EmptyObjectError, RecordFormatError
from etl.json_layout import is_json_lines, read_json_layout
from etl.layout import read_layout
from etl.parquet_layout import read_parquet_layout
from etl.raw import head_text, raw_head

if TYPE_CHECKING:
    from collections.abc import Callable

    from etl.contract import Contract
    from etl.layout import Layout
    from etl.parquet_layout import Footer
    from etl.request import Source
    from etl.storage import Storage

PARQUET_MAGIC: Final = b"PAR1"
ENCRYPTED_MAGIC: Final = b"PARE"
_SMALLEST_PARQUET: Final = 12
"""Bytes: both magic words, and the length of what stands between them."""


def look(
    source: Source, storage: Storage, contract: Contract, footer: Callable[[Source], Footer]
) -> Layout:
    """Return the layout of an object, by how it begins; a Parquet file has an engine read its end.

    Raises:
        EtlError: it has another format, or cannot be the declared file at all.
    """
    key = source.key
    if contract.format.type == "parquet":
        _check_parquet(source, storage)
        return read_parquet_layout(key, footer(source), contract)
    head = raw_head(source, storage)
    if head.startswith(PARQUET_MAGIC):
        raise _other_format(key, "Parquet", "bytes of Parquet", contract)
    text = head_text(source, head, contract.format)
    if contract.format.type == "jsonl":
        return read_json_layout(key, text, contract)
    first = next((line for line in text.split("\n") if line.strip()), "")
    if is_json_lines(first):
        raise _other_format(key, "JSON Lines", repr(first), contract)
    return read_layout(key, text, contract)


def _check_parquet(source: Source, storage: Storage) -> None:
    """Refuse what is no whole Parquet file."""
    head = storage.head(source, len(PARQUET_MAGIC))
    if not head:
        raise EmptyObjectError("holds nothing", where=source.key, do="upload the file again, whole")
    if head == ENCRYPTED_MAGIC:
        raise RecordFormatError(
            "this Parquet file is encrypted", where=source.key, do="write it without encryption"
        )
    if head != PARQUET_MAGIC:
        raise RecordFormatError(
            "this is no Parquet file",
            where=source.key,
            found=f"{head!r} at its begin",
            expected=repr(PARQUET_MAGIC),
            do="is it text? then say type: csv, or jsonl, under data.format",
        )
    tail = storage.tail(source, len(PARQUET_MAGIC))
    if tail != PARQUET_MAGIC or source.size < _SMALLEST_PARQUET:
        raise RecordFormatError(
            "this Parquet file is cut off",
            where=source.key,
            found=f"{tail!r} at its end",
            expected=repr(PARQUET_MAGIC),
            do="upload the file again, whole",
        )


def _other_format(key: str, name: str, found: str, contract: Contract) -> RecordFormatError:
    declared = contract.format.type
    says = {"Parquet": "parquet", "JSON Lines": "jsonl"}[name]
    return RecordFormatError(
        f"this is {name}, and the model declares {declared}",
        where=key,
        found=found,
        expected=declared,
        do=f"say type: {says} under data.format, or upload the file that the model declares",
    )
