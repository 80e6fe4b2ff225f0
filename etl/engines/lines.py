"""How Spark reads lines of text, as SQL; and how it notices what `etl/raw.py` has a name for."""
# ruff: noqa: S608 - encodings are of a closed list, texts go through `dialect.literal`

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.batches import LONGEST_LINE
from etl.dialect import literal
from etl.text import UTF8

if TYPE_CHECKING:
    from etl.formats import Format

NUMBERED: Final = """
select first_lines.first_record + id - first_lines.first_id as record, raw
from read join (
  select block, first_id, sum(lines) over (order by block) - lines + 1 as first_record
  from (select block, min(id) as first_id, count(*) as lines from read group by block) as blocks
) as first_lines using (block)"""
"""Line numbers across file splits: `id` counts on within one, which is read front to back."""

_REPLACED: Final = literal("\ufffd")
"""What Java makes of bytes that an encoding does not define."""

_NUL: Final = "chr(0)"


def columns(form: Format) -> list[str]:
    """Return what is selected of Spark's table of lines: the text, and what numbers it."""
    raw = "value" if form.encoding == UTF8 else f"decode({_bytes('value')}, '{form.encoding}')"
    return [
        f"{raw} as raw",
        "_metadata.file_block_start as block",
        "monotonically_increasing_id() as id",
    ]


def judged(form: Format) -> str:
    """Return the query that tells the bytes of the text, and whether any line is to be refused."""
    conditions = [
        f"octet_length(raw) > {LONGEST_LINE}",
        f"instr(raw, {_NUL}) > 0",
        f"cast(decode({_bytes('raw')}, 'UTF-8') as binary) <> {_bytes('raw')}"
        if form.encoding == UTF8
        else f"instr(raw, {_REPLACED}) > 0",
    ]
    return (
        f"select coalesce(sum(octet_length(raw) + 1), 0) as size,"
        f" coalesce(bool_or({' or '.join(conditions)}), false) as refused from read"
    )


def _bytes(text: str) -> str:
    return f"cast({text} as binary)"
