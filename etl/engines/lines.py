"""How Spark reads lines of text, as SQL; and how it notices what `etl/raw.py` has a name for."""
# ruff: noqa: S608 - encodings are of a closed list, texts go through `dialect.literal`

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.dialect import literal
from etl.line_ends import LONGEST_RECORD, record_pattern
from etl.text import UTF8

if TYPE_CHECKING:
    from etl.formats import Format

NUMBERED: Final = """
select /*+ broadcast(first_lines) */
  first_lines.first_record + id - first_lines.first_id as record, raw
from read join (
  select block, first_id, sum(lines) over (order by block) - lines + 1 as first_record
  from (select block, min(id) as first_id, count(*) as lines from read group by block) as blocks
) as first_lines using (block)"""
"""Line numbers across file splits: `id` counts on within one, which is read front to back.

There is one row for each split to be joined: sent to where the lines are, they need not move."""

_REPLACED: Final = literal("\ufffd")
"""What Java makes of bytes that an encoding does not define."""

_TO_DROP: Final = "\\A\ufeff|\\r(?=\\n)"
"""A byte order mark, and all of a line end but one character."""


def lines_of_text(form: Format) -> list[str]:
    """Return what is selected of Spark's table of lines: the text, and what numbers it."""
    return [
        f"{_text('value', form)} as raw",
        f"{_refused('value', form)} as refused",
        "_metadata.file_block_start as block",
        "monotonically_increasing_id() as id",
    ]


def records_of_text(form: Format) -> tuple[list[str], list[str]]:
    """Return what is selected of Spark's table of whole files, and then of that, for records.

    One task reads a file, and holds it: no part of it tells what is in quotes there. In two steps,
    or Spark would judge the file once for each of its records.
    """
    marked = f"regexp_replace({_text('value', form)}, {literal(_TO_DROP)}, '')"
    text = f"replace({marked}, chr(13), chr(10))"
    found = f"regexp_extract_all({text}, {literal(record_pattern(form))}, 1)"
    return (
        [f"{_refused('value', form)} as refused", f"{found} as records"],
        ["refused", "posexplode(records) as (id, raw)", "cast(0 as bigint) as block"],
    )


def judged(is_record: str) -> str:
    """Return the query that tells of the text its bytes, its records, and whether it is refused.

    The header is one of these records.
    """
    refused = f"refused or octet_length(raw) > {LONGEST_RECORD} or instr(raw, chr(0)) > 0"
    return (
        "select coalesce(sum(octet_length(raw) + 1), 0) as size,"
        f" count(case when {is_record} then 1 end) as records,"
        f" coalesce(bool_or({refused}), false) as refused from read"
    )


def _text(value: str, form: Format) -> str:
    return value if form.encoding == UTF8 else f"decode({_bytes(value)}, '{form.encoding}')"


def _refused(value: str, form: Format) -> str:
    """Return whether there are bytes that the encoding does not define."""
    if form.encoding == UTF8:
        return f"cast(decode({_bytes(value)}, 'UTF-8') as binary) <> {_bytes(value)}"
    return f"instr({_text(value, form)}, {_REPLACED}) > 0"


def _bytes(text: str) -> str:
    return f"cast({text} as binary)"
