"""Counts, digests, measures and reasons of rows: of a batch, of a part, of a dataset.

There is one way to merge them, so it does not matter how rows were divided into batches, or raw
objects into parts. The JSON form holds all that a merge needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final

from etl.contract import DESTINATIONS, SPLITS
from etl.errors import CountError
from etl.kinds import meaning
from etl.measures import Numbers, Values, merge
from etl.quality import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etl.contract import Contract, Destination, SplitName
    from etl.fields import Json
    from etl.measures import Measures

_DIGEST_VALUES: Final = 2**128


@dataclass(frozen=True)
class Summary:
    """What is known of some rows."""

    read: int
    """Records that there were, as the reader counted them: rows have to come to as many."""

    rows: Mapping[Destination, int]
    digests: Mapping[Destination, int]
    """Sums of the lines' md5s modulo 2^128: the order of rows doesn't matter, copies do."""

    measures: Mapping[SplitName, Mapping[str, Measures]]
    """Of each split, of each column that is counted."""

    reasons: Mapping[str, Reason]

    @classmethod
    def of_nothing(cls, contract: Contract) -> Summary:
        """Return what is known of no rows."""
        none: Mapping[str, Measures] = {
            column.name: Numbers()
            if meaning(column).measure == "numbers"
            else Values(
                dict.fromkeys(meaning(column).known(column), 0), column.max_values is not None
            )
            for column in contract.kept
        }
        return cls(
            read=0,
            rows=dict.fromkeys(DESTINATIONS, 0),
            digests=dict.fromkeys(DESTINATIONS, 0),
            measures=dict.fromkeys(SPLITS, none),
            reasons={},
        )

    @property
    def worst_first(self) -> tuple[Reason, ...]:
        """What is wrong with rows, the most frequent first."""
        return tuple(sorted(self.reasons.values(), key=lambda one: (-one.rows, one.reason)))

    def merge(self, other: Summary) -> Summary:
        """Return what is known of the rows of both; the examples of this one come first."""
        both = {**self.reasons, **other.reasons}
        return Summary(
            read=self.read + other.read,
            rows={name: self.rows[name] + other.rows[name] for name in DESTINATIONS},
            digests={
                name: (self.digests[name] + other.digests[name]) % _DIGEST_VALUES
                for name in DESTINATIONS
            },
            measures={
                name: {
                    column: merge(measures, other.measures[name][column])
                    for column, measures in self.measures[name].items()
                }
                for name in SPLITS
            },
            reasons={
                name: self.reasons[name].merge(other.reasons[name])
                if name in self.reasons and name in other.reasons
                else both[name]
                for name in both
            },
        )

    def prove(self, where: str) -> None:
        """Check that every record ended in one place.

        Raises:
            CountError: it did not.
        """
        placed = sum(self.rows.values())
        if placed != self.read:
            raise CountError(
                "rows were lost or counted twice",
                where=where,
                found=f"{placed} rows in splits and quarantine",
                expected=f"{self.read} rows, as many as were read",
                do="this is a fault of the ETL",
            )

    def to_json(self) -> Json:
        """Return what manifests hold."""
        return {
            "rows": {"read": self.read, **self.rows},
            "digests": {name: format(digest, "032x") for name, digest in self.digests.items()},
            "statistics": {
                name: {
                    column: measures.to_json(self.rows[name])
                    for column, measures in self.measures[name].items()
                }
                for name in SPLITS
            },
            "quarantine": {"reasons": [reason.to_json() for reason in self.worst_first]},
        }

    @classmethod
    def from_json(cls, document: Json, contract: Contract) -> Summary:
        """Read it back."""
        none = cls.of_nothing(contract)
        reasons = [Reason.from_json(one) for one in document["quarantine"]["reasons"]]
        return cls(
            read=int(document["rows"]["read"]),
            rows={name: int(document["rows"][name]) for name in DESTINATIONS},
            digests={name: int(document["digests"][name], 16) for name in DESTINATIONS},
            measures={
                name: {
                    column: merge(
                        measures, measures.from_json(document["statistics"][name][column])
                    )
                    for column, measures in none.measures[name].items()
                }
                for name in SPLITS
            },
            reasons={reason.reason: reason for reason in reasons},
        )


def merge_all(summaries: Iterable[Summary], contract: Contract) -> Summary:
    """Return what is known of all of them, in their order."""
    return reduce(Summary.merge, summaries, Summary.of_nothing(contract))
