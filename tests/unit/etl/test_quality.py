"""What the quarantine says, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from etl.errors import EmptyObjectError, EmptySplitError, FewTestRowsError, QuarantineError
from etl.quality import Example, Reason, read_reasons, refuse_bad_data

if TYPE_CHECKING:
    from etl.contract import Contract, Destination

EMPTY = "colour: empty"
HIGH = "quality: above 10"
KEY = "raw/wine/a.csv"


def counts(train: int, quarantine: int, test: int = 5) -> dict[Destination, int]:
    return {"train": train, "validation": 5, "test": test, "quarantine": quarantine}


def test_a_row_with_two_things_wrong_counts_for_both(wine: Contract) -> None:
    counted = [
        {"reason": f"{EMPTY}\x1f{HIGH}", "row_count": 2},
        {"reason": HIGH, "row_count": 3},
    ]
    shown = [{"reason": f"{EMPTY}\x1f{HIGH}", "record": 3, "raw": ",3,11"}]

    found = read_reasons(counted, shown, wine, KEY)

    example = Example(KEY, 3, ",3,11")
    assert found == {
        HIGH: Reason(HIGH, "quality", 5, (example,)),
        EMPTY: Reason(EMPTY, "colour", 2, (example,)),
    }


def test_three_examples_of_a_reason_are_kept_and_long_ones_cut(wine: Contract) -> None:
    examples = [{"reason": EMPTY, "record": 1, "raw": "x" * 300}] * 4

    found = read_reasons([{"reason": EMPTY, "row_count": 4}], examples, wine, KEY)

    assert found[EMPTY].examples == (Example(KEY, 1, "x" * 200),) * 3


def test_exactly_the_share_that_is_allowed_passes(wine: Contract) -> None:
    refuse_bad_data(counts(85, 5), (), wine, "wine", ["s3://q"])


def test_one_row_more_is_refused_with_the_worst_reason(wine: Contract) -> None:
    reasons = (Reason(HIGH, "quality", 6, (Example(KEY, 12, "red,3,11"),)),)

    with pytest.raises(QuarantineError) as refused:
        refuse_bad_data(counts(84, 6), reasons, wine, "wine", ["s3://q"])

    assert str(refused.value) == (
        "wine: too many rows are invalid; found 6 of 100 rows (6.0%): quality: above 10 (6 rows,"
        " such as 'red,3,11' in record 12 of a.csv); expected at most 5% (data.max_quarantine);"
        " mend the file or the contract; all invalid rows are in s3://q"
    )


def test_no_rows_at_all_are_refused(wine: Contract) -> None:
    nothing: dict[Destination, int] = dict.fromkeys(counts(0, 0), 0)

    with pytest.raises(EmptyObjectError, match="no rows in any object"):
        refuse_bad_data(nothing, (), wine, "wine", ["s3://q"])


def test_a_split_without_rows_is_refused_by_name(wine: Contract) -> None:
    with pytest.raises(EmptySplitError, match="no rows for test; found 12 valid rows"):
        refuse_bad_data(counts(7, 0, test=0), (), wine, "wine", ["s3://q"])


def test_a_test_split_that_is_too_small_to_judge_by_names_the_numbers(wine: Contract) -> None:
    with pytest.raises(FewTestRowsError) as refused:
        refuse_bad_data(counts(30, 0, test=4), (), wine, "wine", ["s3://q"])

    assert str(refused.value) == (
        "wine: too few test rows to judge a model by; found 4 of 39 valid rows; expected at least 5"
        " (data.min_test_rows); upload about 7 rows more, or give test a larger share under"
        " data.split"
    )


def test_a_test_split_in_time_that_is_too_small_may_begin_earlier(wine: Contract) -> None:
    in_time = replace(wine, shares={}, split_by="sold", split_from=(Decimal(1), Decimal(2)))

    with pytest.raises(FewTestRowsError, match=r"upload 1 rows more .*data\.split\.test_from"):
        refuse_bad_data(counts(30, 0, test=4), (), in_time, "wine", ["s3://q"])
