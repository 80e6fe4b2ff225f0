"""A date is one in the ETL if it is one in serving: on DuckDB, the long way and the short one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.contract import Column
from etl.dates import Date
from etl.engines.duckdb import FUNCTIONS
from training_image.dates import DateReader

# ruff: noqa: S608 - expressions of the ETL's own, whose texts are parameters

COLUMNS = (
    Column("x", "date", format="%Y-%m-%d"),
    Column("x", "date", format="%d/%m/%Y"),
    Column("x", "date", format="%Y%m%d"),
    Column("x", "timestamp", format="%Y-%m-%dT%H:%M:%SZ"),
    Column("x", "timestamp", format="%d.%m.%Y %H"),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for function in FUNCTIONS:
        connection.execute(function)
    return connection


@st.composite
def texts(draw: st.DrawFn, column: Column) -> str:
    """Return what is a date in the format, or nearly one."""
    digits = iter(draw(st.text("0123", min_size=14, max_size=14)))
    shape = f"{draw(st.datetimes()):{column.format.replace('%Y', '%4Y')}}"
    mixed = [next(digits) if one.isdigit() and draw(st.booleans()) else one for one in shape]
    text = "".join(mixed)
    place = draw(st.integers(0, len(text)))
    return draw(st.sampled_from((text, text, text, text[:place] + text[place + 1 :], text + "0")))


def reference(text: str, column: Column) -> Decimal | None:
    """Return what serving makes of a text, as a number of days or seconds."""
    names = ("epoch_days", "hour", "minute", "second")
    try:
        days, hour, minute, second = DateReader(column.format, names).read(text)
    except ValueError:
        return None
    if column.kind == "date":
        return Decimal(days)
    return Decimal(days) * 86_400 + Decimal(hour * 3600 + minute * 60 + second)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.format)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_text_is_the_moment_that_serving_takes_it_for(
    database: duckdb.DuckDBPyConnection, column: Column, data: st.DataObject
) -> None:
    found = data.draw(st.lists(texts(column), min_size=1, max_size=30))
    values = f"select t_x, {Date().value(column)} as v_x from (select unnest(?::varchar[]) as t_x)"
    query = f"select t_x, v_x, {Date().counted(column)} from ({values})"

    answers = database.execute(query, [found]).fetchall()

    expected = [reference(text, column) for text in found]
    assert [value for _, value, _ in answers] == expected
    assert [counted for _, _, counted in answers] == expected


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.format)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_short_way_takes_no_text_for_another_moment(
    database: duckdb.DuckDBPyConnection, column: Column, data: st.DataObject
) -> None:
    found = data.draw(st.lists(texts(column), min_size=1, max_size=30))
    values = (
        f"select t_x, {Date().quick_value(column, 't_x')} as q_x"
        " from (select unnest(?::varchar[]) as t_x)"
    )
    query = f"select t_x, q_x, {Date().quick_sound(column, 't_x')} from ({values})"

    answers = database.execute(query, [found]).fetchall()

    for text, value, sound in answers:
        expected = reference(text, column)
        assert bool(sound) == (expected is not None)
        assert not sound or value == expected


def test_a_year_has_four_digits_in_a_reason_on_any_platform() -> None:
    day = Column("day", "date", minimum=Decimal(-354_651), format="%d.%m.%Y")

    reasons = [rule.reason for rule in Date().rules(day)]

    assert "day: before 31.12.0998" in reasons
