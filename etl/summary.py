"""Counts, digests and statistics of each destination: exact, and mergeable by addition.

Squares of 30-digit decimals don't fit in the 38 digits that both engines have, so a number is taken
apart into its whole part `a` and its fraction `b`; the sums of a², ab and b² are put together here.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, Final

from etl.contract import DESTINATIONS, SPLITS
from etl.dialect import literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.contract import Column, Contract, Destination, Json, SplitName

    Answer = Mapping[str, Any]
    """One row of a query's answer, by column."""

_EXACT: Final = Context(prec=120)
"""More digits than any sum here has."""

_CHUNKS: Final = 4
_CHUNK_DIGITS: Final = 8
_CHUNK_BITS: Final = 32


def query(contract: Contract) -> str:
    """Return the query whose answer has one row for each destination that has rows."""
    chunks = [
        f"sum(cast(conv({_digits(chunk)}, 16, 10) as bigint)) as digest_{chunk}"
        for chunk in range(_CHUNKS)
    ]
    columns = [
        expression
        for index, column in enumerate(contract.columns)
        for expression in (_category(index, column) if column.values else _number(index, column))
    ]
    selected = ",\n  ".join(["split", "count(*) as row_count", *chunks, *columns])
    return f"select {selected}\nfrom rows\ngroup by split"


def row_counts(answers: Sequence[Answer]) -> dict[Destination, int]:
    """Return how many rows each destination has; none is left out."""
    counts = {str(answer["split"]): int(answer["row_count"]) for answer in answers}
    return {name: counts.get(name, 0) for name in DESTINATIONS}


def digests(answers: Sequence[Answer]) -> dict[Destination, str]:
    """Return the digest of each destination's rows: 32 hexadecimal digits, zeros for no rows."""
    found = {str(answer["split"]): _digest(answer) for answer in answers}
    return {name: found.get(name, "0" * _CHUNKS * _CHUNK_DIGITS) for name in DESTINATIONS}


def statistics(answers: Sequence[Answer], contract: Contract) -> dict[SplitName, dict[str, Json]]:
    """Return the statistics of each column of each split."""
    by_split = {str(answer["split"]): answer for answer in answers}
    return {
        name: {
            column.name: _column(by_split[name], index, column)
            for index, column in enumerate(contract.columns)
        }
        for name in SPLITS
        if name in by_split
    }


def _category(index: int, column: Column) -> list[str]:
    text = f"t_{column.name}"
    return [f"count({text}) as s{index}_count"] + [
        f"count(case when {text} = {literal(value)} then 1 end) as s{index}_value{place}"
        for place, value in enumerate(column.values)
    ]


def _number(index: int, column: Column) -> list[str]:
    value = f"n_{column.name}"
    whole = f"cast(floor({value}) as decimal(16,0))"
    fraction = f"cast({value} - {whole} as decimal(16,15))"
    # One factor is wider than it has to be: DuckDB multiplies two of 18 digits or fewer in 64 bits.
    wide_whole = f"cast({whole} as decimal(19,0))"
    wide_fraction = f"cast({fraction} as decimal(19,15))"
    return [
        f"count({value}) as s{index}_count",
        f"min({value}) as s{index}_min",
        f"max({value}) as s{index}_max",
        f"sum({value}) as s{index}_sum",
        f"sum({wide_whole} * {whole}) as s{index}_aa",
        f"sum({wide_whole} * {fraction}) as s{index}_ab",
        f"sum({wide_fraction} * {fraction}) as s{index}_bb",
    ]


def _digits(chunk: int) -> str:
    return f"substr(hash, {1 + chunk * _CHUNK_DIGITS}, {_CHUNK_DIGITS})"


def _digest(answer: Answer) -> str:
    total = 0
    for chunk in range(_CHUNKS):
        total = (total << _CHUNK_BITS) + int(answer[f"digest_{chunk}"])
    return format(total % 2 ** (_CHUNKS * _CHUNK_BITS), "032x")


def _column(answer: Answer, index: int, column: Column) -> Json:
    count = int(answer[f"s{index}_count"])
    common: Json = {"count": count, "nulls": int(answer["row_count"]) - count}
    if column.values:
        counts = enumerate(column.values)
        return common | {
            "values": {value: int(answer[f"s{index}_value{place}"]) for place, value in counts}
        }
    return common | _numeric(answer, index, count)


def _numeric(answer: Answer, index: int, count: int) -> Json:
    if count == 0:
        return dict.fromkeys(("min", "max", "mean", "deviation", "sum", "sum_squares"))
    total = Decimal(answer[f"s{index}_sum"])
    squares = _squares(answer, index)
    mean = _EXACT.divide(total, Decimal(count))
    return {
        "min": float(answer[f"s{index}_min"]),
        "max": float(answer[f"s{index}_max"]),
        "mean": float(mean),
        "deviation": _deviation(total, squares, count),
        "sum": _plain(total),
        "sum_squares": _plain(squares),
    }


def _squares(answer: Answer, index: int) -> Decimal:
    whole, mixed, fraction = (Decimal(answer[f"s{index}_{part}"]) for part in ("aa", "ab", "bb"))
    return _EXACT.add(_EXACT.add(whole, _EXACT.multiply(2, mixed)), fraction)


def _deviation(total: Decimal, squares: Decimal, count: int) -> float | None:
    """Return the standard deviation of the sample, or None for a single value."""
    if count == 1:
        return None
    spread = _EXACT.subtract(_EXACT.multiply(squares, count), _EXACT.multiply(total, total))
    return float(_EXACT.sqrt(_EXACT.divide(spread, Decimal(count) * (count - 1))))


def _plain(value: Decimal) -> str:
    """Return all digits and no needless zeros, whatever scale the engine gave."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
