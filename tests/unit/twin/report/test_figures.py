"""Figures as people read them."""

from __future__ import annotations

import pytest

from twin.report.figures import figure, percent, size


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *((None, ""), (1.23456789, "1.2346"), (346658.2, "346,658"), (-12345.0, "-12,345")),
        *((0.000012345678, "1.2346e-05"), (1e20, "1e+20"), (0, "0")),
    ],
)
def test_a_number_has_the_digits_that_people_want(value: float | None, shown: str) -> None:
    assert figure(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0%"), (0.00036, "0.036%"), (0.0996, "10%"), (0.5, "50%"), (1, "100%")]
)
def test_a_small_share_has_more_digits(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(999, "999 B"), (191_873, "192 kB"), (52_700_000, "52.7 MB")]
)
def test_a_size_has_a_unit(count: int, shown: str) -> None:
    assert size(count) == shown
