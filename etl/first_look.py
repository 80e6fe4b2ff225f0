"""What a raw object is, judged by its first bytes: its format, as declared, and its layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.errors import RecordFormatError
from etl.json_layout import is_json_lines, read_json_layout
from etl.layout import read_layout
from etl.raw import head_text, raw_head

if TYPE_CHECKING:
    from etl.contract import Contract
    from etl.layout import Layout
    from etl.request import Source
    from etl.storage import Storage

PARQUET_MAGIC: Final = b"PAR1"


def look(source: Source, storage: Storage, contract: Contract) -> Layout:
    """Return the layout of an object of text, by how it begins.

    Raises:
        EtlError: it has another format, or cannot be the declared file at all.
    """
    key, head = source.key, raw_head(source, storage)
    if head.startswith(PARQUET_MAGIC):
        raise _other_format(key, "Parquet", "bytes of Parquet", contract)
    text = head_text(source, head, contract.format)
    if contract.format.type == "jsonl":
        return read_json_layout(key, text, contract)
    first = next((line for line in text.split("\n") if line.strip()), "")
    if is_json_lines(first):
        raise _other_format(key, "JSON Lines", repr(first), contract)
    return read_layout(key, text, contract)


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
