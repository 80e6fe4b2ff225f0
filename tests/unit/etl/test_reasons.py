"""The rules of a column."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etl.contract import Column
from etl.reasons import columns_of, rules

if TYPE_CHECKING:
    from etl.contract import Contract


def reasons(column: Column) -> list[str]:
    return [rule.reason for rule in rules(column)]


def test_a_number_is_checked_from_its_spelling_to_its_range() -> None:
    column = Column("rings", "integer", minimum=Decimal(1), maximum=Decimal("4E1"))

    assert reasons(column) == [
        "rings: empty",
        "rings: 15 digits are the most",
        "rings: not a number",
        "rings: not a whole number",
        "rings: below 1",
        "rings: above 40",
    ]


def test_a_nullable_column_may_be_empty() -> None:
    assert "x: empty" not in reasons(Column("x", "numeric", nullable=True))


def test_a_bound_that_no_number_reaches_needs_no_rule() -> None:
    column = Column("x", "numeric", minimum=Decimal("-1e30"), maximum=Decimal("1e15"))

    assert not any("below" in reason or "above" in reason for reason in reasons(column))


def test_many_categories_are_not_all_named() -> None:
    column = Column("x", "categorical", values=tuple("abcdefghij"))

    assert reasons(column)[1] == "x: not one of a, b, c, d, e, f, g, h and 2 more"


def test_a_reason_leads_back_to_its_column(wine: Contract) -> None:
    columns = columns_of(wine)

    assert columns["ph: above 14.5"] == "ph"
    assert "row: 2 fields instead of 3" not in columns
