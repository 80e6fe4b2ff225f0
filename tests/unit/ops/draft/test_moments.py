"""Formats of dates, by where the digits stand."""

from __future__ import annotations

import pytest

from models.columns import read_columns
from models.fields import Fields, Problems
from ops.draft.moments import formats_of


@pytest.mark.parametrize(
    ("mask", "formats"),
    [
        ("9999-99-99", ["%Y-%m-%d"]),
        ("99999999", ["%Y%m%d"]),
        ("99.99.9999", ["%d.%m.%Y", "%m.%d.%Y"]),
        ("99/99/9999 99:99", ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]),
        ("9999-99-99T99:99:99Z", ["%Y-%m-%dT%H:%M:%SZ"]),
        ("9999-99-99T99:99:99.999", []),
        ("9999-99-99T99:99:99+99:99", []),
        ("9.9.9999", []),
        ("9999-99.99", []),
        ("x", []),
    ],
)
def test_a_format_is_known_by_where_the_digits_are(mask: str, formats: list[str]) -> None:
    assert formats_of(mask) == formats


@pytest.mark.parametrize("mask", ["9999-99-99", "99/99/9999", "99999999", "9999.99.99T99:99:99Z"])
def test_every_format_may_stand_in_a_model_file(mask: str) -> None:
    problems = Problems("wine.yaml")

    for form in formats_of(mask):
        kind = "timestamp" if "%H" in form else "date"
        column = {"name": "sold", "kind": kind, "format": form, "features": ["year"]}
        columns = [column, {"name": "y", "kind": "numeric"}]
        read_columns(Fields({"columns": columns}, "data", problems))

    assert problems.found == []
