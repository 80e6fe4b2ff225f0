"""What is known of rows, and that it does not matter how they were divided."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from etl.errors import CountError
from etl.measures import Numbers, Values
from etl.quality import Example, Reason
from etl.summary import Summary, merge_all

if TYPE_CHECKING:
    from etl.contract import Contract

EMPTY = Reason("ph: empty", "ph", 1, (Example("raw/wine/a.csv", 7, "red,,5"),))


def summary(contract: Contract, train: int = 0, digest: int = 0) -> Summary:
    """Return what is known of some rows of the split train."""
    none = Summary.of_nothing(contract)
    number = Numbers(train, 1.0, 2.0, Decimal(train), Decimal(2 * train), {3: train})
    return replace(
        none,
        read=train,
        rows={**none.rows, "train": train},
        digests={**none.digests, "train": digest},
        measures={
            **none.measures,
            "train": {"colour": Values({"red": train, "dark red": 0}), "ph": number}
            | {"quality": number},
        },
    )


def test_nothing_changes_nothing(wine: Contract) -> None:
    some = summary(wine, 7, 5)

    assert merge_all([Summary.of_nothing(wine), some, Summary.of_nothing(wine)], wine) == some


def test_rows_are_added_up(wine: Contract) -> None:
    merged = summary(wine, 7).merge(summary(wine, 2))

    assert merged.rows == {"train": 9, "validation": 0, "test": 0, "quarantine": 0}
    assert merged.read == 9


def test_rows_that_are_not_as_many_as_were_read_are_no_proof(wine: Contract) -> None:
    with pytest.raises(CountError, match=r"a.csv: rows were lost.*found 6 rows.*expected 7 rows"):
        replace(summary(wine, 6), read=7).prove("a.csv")


def test_a_digest_is_a_sum_that_wraps(wine: Contract) -> None:
    merged = summary(wine, 1, 2**128 - 1).merge(summary(wine, 1, 2))

    assert merged.digests["train"] == 1
    assert merged.to_json()["digests"]["train"] == f"{1:032x}"


def test_the_examples_of_the_first_rows_come_first(wine: Contract) -> None:
    first, second = (
        replace(summary(wine), reasons={EMPTY.reason: replace(EMPTY, examples=(name, name))})
        for name in ("a", "b")
    )

    assert first.merge(second).reasons == {
        EMPTY.reason: replace(EMPTY, rows=2, examples=("a", "a", "b"))
    }


def test_the_most_frequent_reason_is_the_worst(wine: Contract) -> None:
    high = Reason("quality: above 10", "quality", 5, ())
    found = replace(summary(wine), reasons={EMPTY.reason: EMPTY, high.reason: high})

    assert found.worst_first == (high, EMPTY)


def test_a_summary_is_read_back_as_it_was_written(wine: Contract) -> None:
    found = replace(summary(wine, 7, 2**127), reasons={EMPTY.reason: EMPTY})

    assert Summary.from_json(found.to_json(), wine) == found


def test_categories_that_no_row_has_are_counted_too(wine: Contract) -> None:
    found = Summary.of_nothing(wine).to_json()["statistics"]["test"]["colour"]

    assert found == {"count": 0, "nulls": 0, "values": {"red": 0, "dark red": 0}}
