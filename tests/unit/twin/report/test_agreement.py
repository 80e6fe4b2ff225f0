"""Charts of how answers and truth agree."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from twin.report.agreement import calibration, residuals

BINS = [
    {"from": 0.0, "to": 0.1, "rows": 400, "predicted": 0.05, "observed": 0.04},
    {"from": 0.9, "to": 1.0, "rows": 4, "predicted": 0.95, "observed": 0.75},
]


def test_each_bin_is_a_dot_that_grows_with_its_rows() -> None:
    found = ET.fromstring(calibration(BINS))  # noqa: S314 - what we drew

    radii = [float(one.attrib["r"]) for one in found.iter() if one.tag.endswith("circle")]
    assert radii[0] > 2 * radii[1]
    assert "4 rows: 0.950 said, 0.750 came true" in calibration(BINS)


def test_each_range_of_residuals_is_a_bar() -> None:
    drawn = residuals({"edges": [-1, 0, 1, 2], "counts": [5, 10, 0]}, "a < b")

    found = ET.fromstring(drawn)  # noqa: S314 - what we drew
    heights = [float(one.attrib["height"]) for one in found.iter() if one.tag.endswith("rect")]
    assert heights == [81.0, 162.0, 0.0]
    assert "a &lt; b" in drawn
