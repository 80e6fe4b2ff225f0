"""What a batch's answers come to."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from etl.contract import DESTINATIONS, SPLITS
from etl.measures import EXACT, Measures, Numbers, Values
from etl.quality import read_reasons
from etl.questions import CELL
from etl.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.contract import Contract, Destination

    Answer = Mapping[str, Any]
    """One row of a query's answer, by column."""

    Answers = Mapping[str, Sequence[Answer]]
    """What a batch answers, by question."""

    Counts = Mapping[tuple[Destination, int], Mapping[str, int]]
    """Rows by destination and place of a column, by value or bin."""

_DIGEST_BITS: Final = 128
_HALF_BITS: Final = 64


def read_answers(answers: Answers, contract: Contract, key: str, read: int) -> Summary:
    """Return what a batch's answers say of its rows, which were so many records of one object."""
    none = Summary.of_nothing(contract)
    sums: dict[Destination, Answer] = {
        DESTINATIONS[int(answer["destination"])]: answer for answer in answers["sums"]
    }
    counts = _counts(answers)
    measures = dict(none.measures)
    for name in SPLITS:
        if name in sums:
            measures[name] = {
                column.name: _measures(
                    none.measures[name][column.name], sums[name], place, counts[name, place]
                )
                for place, column in enumerate(contract.columns)
                if column.name in none.measures[name]
            }
    return Summary(
        read=read,
        rows={name: int(sums[name]["row_count"]) if name in sums else 0 for name in DESTINATIONS},
        digests={name: _digest(sums[name]) if name in sums else 0 for name in DESTINATIONS},
        measures=measures,
        reasons=read_reasons(answers["reasons"], answers["examples"], contract, key),
    )


def _counts(answers: Answers) -> Counts:
    found: defaultdict[tuple[Destination, int], dict[str, int]] = defaultdict(dict)
    for answer in answers.get("values", ()):
        key = DESTINATIONS[int(answer["destination"])], int(answer["place"])
        found[key][str(answer["value"])] = int(answer["row_count"])
    for answer in answers.get("bins", ()):
        destination, place = divmod(int(answer["cell"]), CELL)
        found[DESTINATIONS[destination], int(answer["place"])][str(place)] = int(
            answer["row_count"]
        )
    return found


def _digest(answer: Answer) -> int:
    return ((int(answer["high"]) << _HALF_BITS) + int(answer["low"])) % 2**_DIGEST_BITS


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
    """Put the sum of squares together: s² + (n - s)(n + s), or s² + a² + 2ab + b²."""

    def total(name: str) -> Decimal:
        return Decimal(answer.get(f"s{place}_{name}") or 0)

    parts = (total("rest"), total("aa"), EXACT.multiply(2, total("ab")), total("bb"))
    squares = total("squares")
    for part in parts:
        squares = EXACT.add(squares, part)
    return squares
