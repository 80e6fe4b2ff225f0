"""Columns of a dataset as SQL: as the ETL writes them, and as numbers to fit a line to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ops.draft.moments import parsed
from ops.draft.profile import number
from ops.draft.rows import literal
from ops.draft.shapes import FALSE, TRUE

if TYPE_CHECKING:
    from models.columns import Column
    from ops.draft.profile import Profile

MOST_CATEGORIES: Final = 100
"""Of learnt ones, the most frequent; the others count as none."""

_FUNCTIONS: Final = {"weekday": "isodow"}


def written(column: Column) -> str:
    """Return the field of a dataset's row, by which the ETL also deals out the rows."""
    text = f"c_{column.name}"
    if column.kind == "boolean":
        text = f"case when {_is_true(text)} then 'true' when {_is_false(text)} then 'false' end"
    if column.kind in ("numeric", "integer", "boolean"):
        return f"coalesce({text}, '')"
    enclosed = f"""'"' || replace({text}, '"', '""') || '"'"""
    marks = "','", "'\"'", "chr(10)", "chr(13)"
    special = f"{' + '.join(f'instr({text}, {mark})' for mark in marks)} > 0"
    return f"coalesce(case when {special} then {enclosed} else {text} end, '')"


def numbers(column: Column, one: Profile) -> list[str]:
    """Return a feature as numbers; null where it is empty."""
    text = f"c_{column.name}"
    if column.kind == "categorical":
        values = column.values or [value for value, _ in one.common[:MOST_CATEGORIES]]
        return [f"coalesce({text} = {literal(value)}, false)::double" for value in values]
    if column.kind == "boolean":
        return [f"case when {text} is not null then ({_is_true(text)})::double end"]
    if column.kind in ("date", "timestamp"):
        moment = parsed(text, column.format)
        return [f"{_FUNCTIONS.get(part, part)}({moment})::double" for part in column.features]
    return [f"({number(column.name)})::double"]


def places(column: Column) -> str:
    """Return a label as its place among the classes."""
    text = f"c_{column.name}"
    if column.kind == "boolean":
        return f"({_is_true(text)})::double"
    cases = " ".join(f"when {literal(value)} then {n}" for n, value in enumerate(column.values))
    return f"(case {text} {cases} end)::double"


def _is_true(text: str) -> str:
    return f"lower({text}) in ({', '.join(map(literal, TRUE))})"


def _is_false(text: str) -> str:
    return f"lower({text}) in ({', '.join(map(literal, FALSE))})"
