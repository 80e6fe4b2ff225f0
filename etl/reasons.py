"""Why a row is quarantined: what is wrong with one of its fields, or with the line as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.dialect import literal
from etl.kinds import meaning
from etl.meaning import Rule

if TYPE_CHECKING:
    from etl.contract import Column, Contract

BROKEN_QUOTES: Final = "row: quotes do not match"
OPEN_QUOTE: Final = "row: a quote is not closed (does it hold a line end? see quoted_newlines)"


def rules(column: Column) -> list[Rule]:
    """Return what is checked, in order: the first rule that a field breaks is its reason."""
    empty = Rule(f"{column.name}: empty", f"t_{column.name} is null")
    return [*([] if column.nullable else [empty]), *meaning(column).rules(column)]


def reason(column: Column) -> str:
    """Return the expression for what is wrong with a field, null when nothing is."""
    if not rules(column):
        return "cast(null as string)"
    gap = [f"when t_{column.name} is null then null"] if column.nullable else []
    cases = [f"when {rule.condition} then {literal(rule.reason)}" for rule in rules(column)]
    return f"case {' '.join(gap + cases)} end"


def wrong_field_count(found: str, expected: int) -> str:
    """Return the reason of a row with too many or too few fields."""
    return f"row: {found} fields instead of {expected}"


def columns_of(contract: Contract) -> dict[str, str]:
    """Return the column that each reason is about; a reason of the whole row is not among them."""
    return {rule.reason: column.name for column in contract.columns for rule in rules(column)}
