"""Cheap lines of a kind share a row, and nothing is lost by it."""

from __future__ import annotations

import pytest

from ops.cost.lines import Line
from ops.cost.rows import Row, rows


def line(monthly: float, what: str = "alarm on 1 metric", resource: str = "it") -> Line:
    return Line(resource=resource, what=f"{what}: 1 x ${monthly}", monthly=monthly)


def test_cheap_lines_of_a_kind_are_one_row_with_their_number_and_sum() -> None:
    found = rows([line(0.125), line(0.125)])

    assert found == (Row(who="2 resources", what="alarm on 1 metric: $0.12 each", monthly=0.25),)


def test_cheap_lines_that_differ_say_the_most_that_one_costs() -> None:
    (found,) = rows([line(0.2), line(0.1)])

    assert found.what == "alarm on 1 metric: up to $0.20 each"


def test_cheap_lines_of_two_kinds_are_two_rows() -> None:
    found = rows([line(0.1), line(0.1), line(0.1, "logs"), line(0.1, "logs")])

    assert [row.who for row in found] == ["2 resources", "2 resources"]


@pytest.mark.parametrize("monthly", [0.25, 30.0])
def test_a_line_that_is_not_cheap_has_its_own_row(monthly: float) -> None:
    found = rows([line(monthly), line(monthly)])

    assert [row.who for row in found] == ["it", "it"]


def test_a_cheap_line_that_is_alone_of_its_kind_keeps_its_name() -> None:
    (found,) = rows([line(0.1, resource="the-one")])

    assert found.who == "the-one"


def test_a_line_without_a_price_is_never_folded() -> None:
    unknown = Line(resource="it", what="training: nobody knows", monthly=0.0, known=False)

    found = rows([unknown, unknown])

    assert [row.monthly for row in found] == [None, None]


def test_what_is_below_a_cent_is_the_last_row() -> None:
    found = rows([line(0.001), line(0.001, "logs"), line(3.0)])

    assert found[-1] == Row(who="2 others", what="less than a cent each", monthly=0.002)


def test_a_row_stands_where_its_sum_belongs() -> None:
    found = rows([line(0.3, "images"), *[line(0.1)] * 9])

    assert [row.who for row in found] == ["9 resources", "it"]


def test_the_sum_is_that_of_all_lines() -> None:
    lines = [line(9.5), line(0.2), line(0.1), line(0.1, "logs"), line(0.004), line(0.003)]

    found = rows(lines)

    assert sum(row.monthly or 0.0 for row in found) == pytest.approx(sum(x.monthly for x in lines))
