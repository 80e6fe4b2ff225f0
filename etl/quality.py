"""What the quarantine says: reasons with counts and examples, and whether the rest may be used."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from etl.contract import QUARANTINE, SPLITS
from etl.errors import (
    EmptyObjectError,
    EmptySplitError,
    FewTestRowsError,
    QuarantineError,
    shorten,
)
from etl.reasons import columns_of
from etl.sql import EXAMPLES, REASON_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.contract import Contract, Destination
    from etl.fields import Json

_EXAMPLE_LENGTH: Final = 200
_REASONS_NAMED: Final = 3
_NAMED: Final = 60
"""Characters of a reason and of its example in a message: three of them are to fit."""


@dataclass(frozen=True)
class Example:
    """A row in quarantine, and where it stands."""

    object: str
    """The key of the raw object."""

    record: int
    """Its number in the object, which counts from 1."""

    raw: str
    """The raw line, cut after 200 characters."""

    def __str__(self) -> str:
        raw = self.raw if len(self.raw) <= _NAMED else f"{self.raw[:_NAMED]}..."
        return f"{raw!r} in record {self.record} of {self.object.rpartition('/')[2]}"


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong with some rows."""

    reason: str
    column: str | None
    """None when the whole row is wrong."""

    rows: int
    """A row with two things wrong counts for both."""

    examples: tuple[Example, ...]
    """The first of the first object first."""

    def merge(self, other: Reason) -> Reason:
        """Return the same reason of the rows of both; the examples of this one come first."""
        examples = (*self.examples, *other.examples)[:EXAMPLES]
        return replace(self, rows=self.rows + other.rows, examples=examples)

    def to_json(self) -> Json:
        """The reason as manifests hold it."""
        return {**vars(self), "examples": [asdict(example) for example in self.examples]}

    @classmethod
    def from_json(cls, document: Json) -> Reason:
        """Read it back."""
        return cls(
            reason=str(document["reason"]),
            column=document["column"],
            rows=int(document["rows"]),
            examples=tuple(Example(**example) for example in document["examples"]),
        )

    def __str__(self) -> str:
        example = f", such as {self.examples[0]}" if self.examples else ""
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{shorten(self.reason, _NAMED)} ({rows}{example})"


def read_reasons(
    counted: Sequence[Mapping[str, Any]],
    examples: Sequence[Mapping[str, Any]],
    contract: Contract,
    key: str,
) -> dict[str, Reason]:
    """Take combined reasons apart; the rows are those of one object."""
    columns = columns_of(contract)
    counts: Counter[str] = Counter()
    for answer in counted:
        for reason in str(answer["reason"]).split(REASON_SEPARATOR):
            counts[reason] += int(answer["row_count"])
    shown: dict[str, list[Example]] = {reason: [] for reason in counts}
    for answer in examples:
        example = Example(key, int(answer["record"]), str(answer["raw"])[:_EXAMPLE_LENGTH])
        for reason in str(answer["reason"]).split(REASON_SEPARATOR):
            shown[reason].append(example)
    return {
        reason: Reason(reason, columns.get(reason), counts[reason], tuple(shown[reason][:EXAMPLES]))
        for reason in counts
    }


def refuse_bad_data(
    rows: Mapping[Destination, int],
    reasons: Sequence[Reason],
    contract: Contract,
    where: str,
    quarantine: Sequence[str],
) -> None:
    """Stop before a model could learn from data that is mostly wrong, or from none.

    `reasons` come with the worst first, `quarantine` is where the invalid rows lie.

    Raises:
        EmptyObjectError: there are no rows at all.
        QuarantineError: every row is invalid, or more than the contract allows.
        EmptySplitError: a split got no rows.
        FewTestRowsError: the test split got fewer than the contract asks for.
    """
    read, bad = sum(rows.values()), rows[QUARANTINE]
    if read == 0:
        raise EmptyObjectError("no rows in any object", where=where, do="upload a file with rows")
    if Decimal(bad) > contract.max_quarantine * read or bad == read:
        raise _too_much(read, bad, reasons, contract, where, quarantine)
    empty = [name for name in SPLITS if rows[name] == 0]
    if empty:
        raise EmptySplitError(
            f"no rows for {' and '.join(empty)}",
            where=where,
            found=f"{read - bad} valid rows",
            expected="some rows in every split",
            do="upload more rows, or give the split a larger share under data.split",
        )
    if rows["test"] < contract.min_test_rows:
        raise _too_few(rows, contract, where)


def _too_much(
    read: int,
    bad: int,
    reasons: Sequence[Reason],
    contract: Contract,
    where: str,
    quarantine: Sequence[str],
) -> QuarantineError:
    share = "every row is invalid" if bad == read else "too many rows are invalid"
    worst = "; ".join(map(str, reasons[:_REASONS_NAMED]))
    more = f" and {len(quarantine) - 1} files more" if len(quarantine) > 1 else ""
    return QuarantineError(
        share,
        where=where,
        found=f"{bad:,} of {read:,} rows ({bad / read:.1%}): {worst}",
        expected=f"at most {contract.max_quarantine:%} (data.max_quarantine)",
        do=f"mend the file or the contract; all invalid rows are in {quarantine[0]}{more}",
    )


def _too_few(rows: Mapping[Destination, int], contract: Contract, where: str) -> FewTestRowsError:
    lacking = contract.min_test_rows - rows["test"]
    more = math.ceil(lacking / contract.shares.get("test", 1))
    return FewTestRowsError(
        "too few test rows to judge a model by",
        where=where,
        found=f"{rows['test']:,} of {sum(rows[name] for name in SPLITS):,} valid rows",
        expected=f"at least {contract.min_test_rows} (data.min_test_rows)",
        do=f"upload about {more:,} rows more, or give test a larger share under data.split"
        if contract.split_from is None
        else f"upload {more:,} rows more of the time of the test, or let it begin earlier"
        " (data.split.test_from)",
    )
