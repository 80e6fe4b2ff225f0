"""The short way for lines with easy quotes, on DuckDB alone: fields that need none, or not here.

Such a field stands in its quotes with no delimiter, quote or line end inside and nothing outside,
so the line means the same without them. All others are left for `etl/cells.py`.
"""
# ruff: noqa: S608 - texts go through `dialect.literal`

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.cells import escaped
from etl.dialect import literal
from etl.quick import has, quick_rows

if TYPE_CHECKING:
    from etl.contract import Contract
    from etl.formats import Format
    from etl.layout import Layout


def quick_text_rows(contract: Contract, layout: Layout) -> str:
    """Return the query from `lines` to the table `rows`, as `quick_rows` does."""
    if not contract.format.quote:
        return quick_rows(contract, layout)
    steps = f"""delimited as (
  select * replace ({_without_quotes(contract.format)} as raw), raw as original
  from lines
), """
    return quick_rows(contract, layout, steps)


def _without_quotes(form: Format) -> str:
    """Return the line without its quotes; null if any of them matters."""
    quote = literal(form.quote)
    easy = f"regexp_matches(raw, {literal(_easy_line(form))})"
    bare = f"case when {easy} then replace(raw, {quote}, '') end"
    return f"case when {has(form.quote)} then {bare} else raw end"


def _easy_line(form: Format) -> str:
    delimiter, quote = escaped(form.delimiter), escaped(form.quote)
    text = f"[^{delimiter}{quote}\\n]*"
    field = f"(?:{quote}{text}{quote}|{text})"
    return f"^{field}(?:{delimiter}{field})*\\z"
