"""A draft and the ETL mean the same: by a heading, by what a number and a boolean look like."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from etl import booleans, decimals, layout
from ops.draft import names, profile, shapes


@given(st.text(max_size=30))
def test_a_heading_means_the_same_column(heading: str) -> None:
    assert names.column_name(heading) == layout.column_name(heading)


def test_a_number_is_the_same() -> None:
    assert f"^{shapes.NUMBER}\\z" == decimals.NUMBER
    assert profile.DECIMAL == decimals.WIDE


def test_true_and_false_are_spelt_the_same() -> None:
    assert {"true": shapes.TRUE, "false": shapes.FALSE} == booleans.SPELLINGS
