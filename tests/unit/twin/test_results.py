"""File names of what ended runs leave."""

from __future__ import annotations

import pytest

from twin.results import safe_name


@pytest.mark.parametrize(
    ("run_id", "name"),
    [
        ("push-0123456789ab", "push-0123456789ab"),
        ("manual__2026-11-24T03:13:26+00:00", "manual__2026-11-24T03-13-26-00-00"),
        ("../../etc/x", "..-..-etc-x"),
    ],
)
def test_a_run_id_becomes_a_plain_file_name(run_id: str, name: str) -> None:
    assert safe_name(run_id) == name
