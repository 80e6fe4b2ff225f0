"""What is asked of a batch of rows, and what its answers come to.

Squares of 30-digit decimals don't fit in the 38 digits that both engines have. Numbers with at most
9 digits before and 6 after the point are squared as they are; any other is taken apart into its
whole part `a` and its fraction `b`, and the sums of a², ab and b² are put together here.
"""
# ruff: noqa: S608 - names are checked by the contract, texts go through `dialect.literal`

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from etl import sql
from etl.bins import bin_of
from etl.contract import SPLITS
from etl.kinds import meaning
from etl.measures import EXACT, Numbers, Values
from etl.quality import read_reasons
from etl.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.contract import Column, Contract
    from etl.measures import Measures

    Answer = Mapping[str, Any]
    """One row of a query's answer, by column."""

    Answers = Mapping[str, Sequence[Answer]]
    """What a batch answers, by question."""

_DIGEST_PARTS: Final = 2
_PART_DIGITS: Final = 16
_PART_BITS: Final = 64
_SMALL: Final = "decimal(15,6)"
_SQUARE: Final = "decimal(19,6)"
"""One factor is wider than it is: DuckDB multiplies two of 18 digits or fewer in 64 bits."""


def questions(contract: Contract) -> dict[str, str]:
    """Return what is asked of the table `rows`, by name."""
    counted = [_counted(place, column) for place, column in enumerate(contract.columns)]
    return {
        "sums": _sums(contract),
        "counts": "\nunion all\n".join(counted),
        "reasons": sql.reasons(),
        "examples": sql.examples(),
    }


# ---- what is asked -------------------------------------------------------------------------------


def _sums(contract: Contract) -> str:
    """Return the query whose answer has one row for each destination that has rows."""
    digests = [
        f"sum(cast(conv({_digits(part)}, 16, 10) as decimal(20,0))) as digest_{part}"
        for part in range(_DIGEST_PARTS)
    ]
    numbers = [
        expression
        for place, column in enumerate(contract.columns)
        if meaning(column).measure == "numbers"
        for expression in _number(place, f"n_{column.name}")
    ]
    selected = ",\n  ".join(["split", "count(*) as row_count", *digests, *numbers])
    return f"select {selected}\nfrom rows\ngroup by split"


def _number(place: int, value: str) -> list[str]:
    small = f"try_cast({value} as {_SMALL})"
    left = f"case when coalesce({small} <> {value}, true) then {value} end"
    whole = f"cast(floor({left}) as decimal(16,0))"
    fraction = f"cast({left} - {whole} as decimal(16,15))"
    wide_whole = f"cast({whole} as decimal(19,0))"
    wide_fraction = f"cast({fraction} as decimal(19,15))"
    return [
        f"count({value}) as s{place}_count",
        f"min({value}) as s{place}_min",
        f"max({value}) as s{place}_max",
        f"sum({value}) as s{place}_sum",
        f"sum(case when {small} = {value} then cast({small} as {_SQUARE}) * {small} end)"
        f" as s{place}_squares",
        f"sum({wide_whole} * {whole}) as s{place}_aa",
        f"sum({wide_whole} * {fraction}) as s{place}_ab",
        f"sum({wide_fraction} * {fraction}) as s{place}_bb",
    ]


def _counted(place: int, column: Column) -> str:
    """Return the query that counts rows by split and value, or by split and bin."""
    numbers = meaning(column).measure == "numbers"
    known = f"{'n' if numbers else 't'}_{column.name}"
    key = f"cast({bin_of(column)} as string)" if numbers else known
    return (
        f"select {place} as place, split, value, count(*) as row_count\n"
        f"from (select split, {key} as value from rows"
        f" where split <> 'quarantine' and {known} is not null) as chosen\n"
        f"group by split, value"
    )


def _digits(part: int) -> str:
    return f"substr(hash, {1 + part * _PART_DIGITS}, {_PART_DIGITS})"


# ---- what the answers come to --------------------------------------------------------------------


def read_answers(answers: Answers, contract: Contract) -> Summary:
    """Return what a batch's answers say of its rows."""
    none = Summary.of_nothing(contract)
    by_split = {str(answer["split"]): answer for answer in answers["sums"]}
    counts = _counts(answers["counts"])
    return Summary(
        rows={
            name: int(by_split[name]["row_count"]) if name in by_split else 0 for name in none.rows
        },
        digests={name: _digest(by_split[name]) if name in by_split else 0 for name in none.rows},
        measures={
            name: {
                column.name: _measures(
                    none.measures[name][column.name], by_split[name], place, counts[name, place]
                )
                for place, column in enumerate(contract.columns)
            }
            if name in by_split
            else none.measures[name]
            for name in SPLITS
        },
        reasons=read_reasons(answers["reasons"], answers["examples"], contract),
    )


def _counts(answers: Sequence[Answer]) -> Mapping[tuple[str, int], dict[str, int]]:
    """Return by split and place of a column how many rows each value, or bin, has."""
    found: defaultdict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for answer in answers:
        key = str(answer["split"]), int(answer["place"])
        found[key][str(answer["value"])] = int(answer["row_count"])
    return found


def _digest(answer: Answer) -> int:
    total = 0
    for part in range(_DIGEST_PARTS):
        total = (total << _PART_BITS) + int(answer[f"digest_{part}"])
    return total % 2 ** (_DIGEST_PARTS * _PART_BITS)


def _measures(none: Measures, answer: Answer, place: int, counts: Mapping[str, int]) -> Measures:
    if isinstance(none, Values):
        return none.merge(Values(counts))
    count = int(answer[f"s{place}_count"])
    if count == 0:
        return none
    return Numbers(
        count=count,
        least=float(answer[f"s{place}_min"]),
        greatest=float(answer[f"s{place}_max"]),
        total=Decimal(answer[f"s{place}_sum"]),
        squares=_squares(answer, place),
        histogram={int(bin_place): rows for bin_place, rows in counts.items()},
    )


def _squares(answer: Answer, place: int) -> Decimal:
    simple, whole, mixed, fraction = (
        Decimal(answer[f"s{place}_{part}"] or 0) for part in ("squares", "aa", "ab", "bb")
    )
    return EXACT.add(EXACT.add(simple, whole), EXACT.add(EXACT.multiply(2, mixed), fraction))
