"""The bins of a histogram: fixed by the contract."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etl.bins import bin_of, edges
from etl.contract import Column

if TYPE_CHECKING:
    from etl.contract import Kind


def column(low: str | None, high: str | None, kind: Kind = "numeric") -> Column:
    bounds = [None if bound is None else Decimal(bound) for bound in (low, high)]
    return Column("x", kind, minimum=bounds[0], maximum=bounds[1])


def test_a_declared_range_is_cut_into_twenty_bins_of_one_width() -> None:
    found = edges(column("0", "3"))

    assert len(found) == 19
    assert (found[0], found[-1]) == (Decimal("0.15"), Decimal("2.85"))


def test_the_bins_of_integers_have_a_whole_width() -> None:
    assert edges(column("1", "40", "integer")) == [Decimal(edge) for edge in range(3, 40, 2)]
    assert edges(column("0", "3", "integer")) == [1, 2, 3]


def test_a_range_without_a_bound_is_cut_at_the_powers_of_two() -> None:
    found = edges(column(None, None))

    assert Decimal(0) in found
    assert Decimal(1024) in found
    assert Decimal("-0.5") in found
    assert found == sorted(found)


def test_no_edge_lies_beyond_the_one_bound_that_there_is() -> None:
    assert min(edges(column("0", None))) > 0
    assert max(edges(column(None, "5"))) == 4


def test_a_range_of_one_value_is_one_bin() -> None:
    assert edges(column("3", "3")) == []
    assert edges(column("3", "3", "integer")) == []
    assert bin_of("n_x", column("3", "3")) == "0"


def test_an_edge_belongs_to_the_bin_above_it() -> None:
    assert bin_of("n_x", column("0", "1", "integer")) == (
        "case when n_x < cast('1' as decimal(18,15)) then 0 else 1 end"
    )
