"""What is known of a column: exact, and the same however rows are divided."""

from __future__ import annotations

import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures import Numbers, Values, merge

NUMBERS = st.lists(st.decimals(-1000, 1000, places=4), max_size=20)


def numbers(values: list[Decimal]) -> Numbers:
    """Return what is known of some numbers, in one bin."""
    return Numbers(
        count=len(values),
        least=float(min(values)) if values else None,
        greatest=float(max(values)) if values else None,
        total=sum(values, Decimal(0)),
        squares=sum((value * value for value in values), Decimal(0)),
        histogram={0: len(values)} if values else {},
    )


@given(NUMBERS.filter(lambda values: len(values) > 1))
def test_sums_give_mean_and_deviation(values: list[Decimal]) -> None:
    found = numbers(values).to_json(len(values))

    assert Decimal(found["sum_squares"]) == sum(value * value for value in values)
    assert found["mean"] == pytest.approx(float(statistics.mean(values)))
    assert found["deviation"] == pytest.approx(float(statistics.stdev(values)))


@given(NUMBERS, NUMBERS)
def test_what_is_known_of_two_halves_is_what_is_known_of_the_whole(
    first: list[Decimal], second: list[Decimal]
) -> None:
    merged = merge(numbers(first), numbers(second))

    assert merged == numbers(first + second)


@given(NUMBERS)
def test_numbers_are_read_back_as_they_were_written(values: list[Decimal]) -> None:
    found = numbers(values)

    assert Numbers.from_json(found.to_json(len(values))) == found


def test_scale_and_needless_zeros_are_no_part_of_a_sum() -> None:
    assert numbers([Decimal("1.500"), Decimal(100)]).to_json(2)["sum"] == "101.5"


def test_one_value_has_no_deviation() -> None:
    assert numbers([Decimal(3)]).to_json(1)["deviation"] is None


def test_a_column_of_nulls_has_no_numbers() -> None:
    assert Numbers().to_json(7) == {
        "count": 0,
        "nulls": 7,
        **dict.fromkeys(("min", "max", "mean", "deviation", "sum", "sum_squares")),
        "histogram": {},
    }


def test_values_are_added_up_and_the_rest_is_null() -> None:
    merged = Values({"M": 1, "F": 0}).merge(Values({"F": 2}))

    assert merged.to_json(5) == {"count": 3, "nulls": 2, "values": {"M": 1, "F": 2}}


def test_numbers_and_values_are_not_one() -> None:
    with pytest.raises(TypeError, match="do not count the same"):
        merge(Numbers(), Values())
