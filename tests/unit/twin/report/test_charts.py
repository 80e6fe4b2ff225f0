"""Charts are well-formed, escaped, and say what they show."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.report.charts import (
    MOST_POINTS,
    NARROW,
    Interval,
    Scale,
    importances,
    intervals,
    scatter,
    shares,
    ticks,
    timeline,
)
from twin.report.gather import Bar
from twin.timeline import Step

NASTY = '<b>&"quote"'
BAR = Bar(NASTY, "Glue", "job", 0.0, 1.5, "succeeded", NASTY, Step.ETL)
ESTIMATE = Interval(NASTY, 2.1, 2.0, 2.2, "mine")
CHARTS = {
    "timeline": timeline([BAR], frozenset({BAR}), 2.0),
    "timeline without bars": timeline([], frozenset(), 0.0),
    "intervals": intervals([ESTIMATE], 2.6, "rmse"),
    "intervals without limit": intervals([ESTIMATE], None, "rmse"),
    "intervals of one value": intervals([Interval("x", 1, 1, 1, "mine")], None, "rmse"),
    "scatter": scatter([(1.0, 2.0), (3.0, 2.5)], NASTY),
    "scatter of one value": scatter([(1.0, 1.0)], "target"),
    "importances": importances([(NASTY, 0.5), ("worse than nothing", -0.1)], "rise"),
    "importances of nothing": importances([], "rise"),
    "shares": shares([("train", 70), (NASTY, 0)]),
    "shares of nothing": shares([("train", 0)]),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_well_formed_and_says_what_it_shows(name: str) -> None:
    chart = ET.fromstring(CHARTS[name])  # noqa: S314 - our own text

    assert chart.tag == "{http://www.w3.org/2000/svg}svg"
    assert chart.get("aria-label")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_no_place_that_is_no_number(name: str) -> None:
    assert not re.search(r'"(nan|inf|-inf)"', CHARTS[name])


def test_bars_on_the_path_stand_out() -> None:
    off = Bar("other", "Glue", "job", 0.0, 1.0, "succeeded", "", Step.ETL)

    chart = timeline([BAR, off], frozenset({BAR}), 2.0)

    assert chart.count('class="path"') == 1
    assert chart.count('class="wait"') == 1


def test_a_step_that_was_cut_off_has_no_time() -> None:
    cut_off = Bar("ETL", "Glue", "job", 1.0, 1.0, "started", "", Step.ETL)

    chart = timeline([cut_off], frozenset(), 2.0)

    assert ">not ended</text>" in chart
    assert ">0.0 s</text></g>" not in chart


def test_a_failed_bar_looks_failed_wherever_it_is() -> None:
    failed = Bar("ETL", "Glue", "job", 0.0, 1.0, "failed", "", Step.ETL)

    assert 'class="failed"' in timeline([failed], frozenset({failed}), 2.0)


def test_many_points_are_thinned_out() -> None:
    points = [(float(value), float(value)) for value in range(MOST_POINTS * 3)]

    assert scatter(points, "target").count("<circle") <= MOST_POINTS


def test_a_narrow_chart_has_letters_of_the_same_size_in_less_room() -> None:
    assert f'viewBox="0 0 {NARROW} ' in importances([("a", 1.0)], "rise", NARROW)


def test_a_scale_maps_its_ends_to_its_ends() -> None:
    scale = Scale(2.0, 4.0, 100.0, 300.0)

    assert (scale(2.0), scale(3.0), scale(4.0)) == (100.0, 200.0, 300.0)


@given(
    st.floats(-1e6, 1e6, allow_nan=False),
    st.floats(1e-3, 1e6, allow_nan=False),
    st.integers(2, 9),
)
def test_ticks_lie_within_the_bounds_and_are_few(low: float, span: float, most: int) -> None:
    found = ticks(low, low + span, most)

    assert len(found) <= most + 1
    assert all(math.isfinite(value) and low <= value <= low + span for value in found)


def test_ticks_of_shares_are_round() -> None:
    assert ticks(0.48, 0.95, 6) == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9])
