"""What is asked of the table `rows`, batch by batch: sums that add up to statistics.

A number n is squared as s, which has 6 digits after the point. Where that is not all of it, n² - s²
is added, which is (n - s)(n + s). Numbers that may have more than 3 digits before the point, whose
squares need not fit in the 38 digits of both engines, are taken apart further: into their whole
part a and their fraction b, and a², ab and b² are summed.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl import sql
from etl.bins import bin_of
from etl.contract import DESTINATIONS, QUARANTINE, SPLITS
from etl.decimals import NARROW, number_type
from etl.kinds import meaning

if TYPE_CHECKING:
    from collections.abc import Callable

    from etl.contract import Column, Contract
    from etl.meaning import Measure

CELL: Final = 128
"""More than a histogram has bins: destination and bin are counted as one number."""


def questions(contract: Contract) -> dict[str, str]:
    """Return the queries by name; one that a contract has no use for is left out."""
    found = {
        "sums": _sums(contract),
        "bins": _counted(contract, "numbers", _binned),
        "values": _counted(contract, "values", _listed),
        "reasons": sql.reasons(),
        "examples": sql.examples(),
    }
    return {name: query for name, query in found.items() if query}


def _sums(contract: Contract) -> str:
    """Return the query whose answer has one row for each destination that has rows."""
    numbers = [
        expression
        for place, column in enumerate(contract.columns)
        if column.kept and meaning(column).measure == "numbers"
        for expression in _number(place, column)
    ]
    digests = ["sum(high) as high", "sum(low) as low"]
    selected = ",\n  ".join(["destination", "count(*) as row_count", *digests, *numbers])
    return f"select {selected}\nfrom rows\nwhere destination is not null\ngroup by destination"


def _number(place: int, column: Column) -> list[str]:
    value = f"k_{column.name}"
    squares = _narrow_squares if number_type(column) == NARROW else _wide_squares
    found = {
        "count": f"count({value})",
        "min": f"min({value})",
        "max": f"max({value})",
        "sum": f"sum({value})",
        **squares(value),
    }
    return [f"{expression} as s{place}_{name}" for name, expression in found.items()]


def _narrow_squares(value: str) -> dict[str, str]:
    small = f"cast({value} as decimal(10,6))"
    # The types are just wide enough: Spark rounds a product that might need more than 38 digits.
    difference, total = (
        f"cast({value} {sign} {small} as decimal({digits},15))"
        for sign, digits in (("-", 15), ("+", 19))
    )
    return {
        "squares": f"sum({small} * {small})",
        "rest": f"sum(case when {value} <> {small} then {difference} * {total} end)",
    }


def _wide_squares(value: str) -> dict[str, str]:
    small = f"try_cast({value} as decimal(15,6))"
    left = f"case when coalesce({small} <> {value}, true) then {value} end"
    whole = f"cast(floor({left}) as decimal(16,0))"
    fraction = f"cast({left} - {whole} as decimal(16,15))"
    # One factor is wider than it is: DuckDB multiplies two of 18 digits or fewer in 64 bits.
    wide_whole = f"cast({whole} as decimal(19,0))"
    wide_fraction = f"cast({fraction} as decimal(19,15))"
    squared = f"cast({small} as decimal(19,6)) * {small}"
    return {
        "squares": f"sum(case when {small} = {value} then {squared} end)",
        "aa": f"sum({wide_whole} * {whole})",
        "ab": f"sum({wide_whole} * {fraction})",
        "bb": f"sum({wide_fraction} * {fraction})",
    }


def _counted(contract: Contract, measure: Measure, query: Callable[[int, Column], str]) -> str:
    """Return one query for all columns of a measure."""
    counted = [
        query(place, column)
        for place, column in enumerate(contract.columns)
        if column.kept and meaning(column).measure == measure
    ]
    return "\nunion all\n".join(counted)


def _binned(place: int, column: Column) -> str:
    """Return the query that counts rows by destination and bin, which are one number."""
    value = f"k_{column.name}"
    return (
        f"select {place} as place, cell, count(*) as row_count\n"
        f"from (select destination * {CELL} + {bin_of(value, column)} as cell from rows"
        f" where destination is not null and {value} is not null) as chosen\n"
        f"group by cell"
    )


def _listed(place: int, column: Column) -> str:
    """Return the query that counts rows of the splits by destination and value.

    Where values are learnt, one more than may be in all splits together is enough of an answer.
    """
    value = f"k_{column.name}"
    counted = (
        f"select {place} as place, destination, {value} as value, count(*) as row_count\n"
        f"from rows\nwhere destination < {DESTINATIONS.index(QUARANTINE)} and {value} is not null\n"
        f"group by destination, {value}"
    )
    if column.max_values is None:
        return counted
    return f"select * from ({counted} limit {len(SPLITS) * column.max_values + 1}) as enough"
