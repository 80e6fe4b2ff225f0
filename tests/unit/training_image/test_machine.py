"""Processors are counted as the container's control group grants them."""

from pathlib import Path

import pytest

from training_image.machine import processors

ALL = processors(Path("/nowhere"))


@pytest.mark.parametrize(
    ("quota", "count"), [("50000 100000", 1), ("100000 100000", 1), ("max 100000", ALL), ("", ALL)]
)
def test_a_quota_of_version_two_counts(tmp_path: Path, quota: str, count: int) -> None:
    (tmp_path / "cpu.max").write_text(f"{quota}\n")

    assert processors(tmp_path) == count


@pytest.mark.parametrize(("quota", "count"), [("50000", 1), ("-1", ALL), ("99999999", ALL)])
def test_a_quota_of_version_one_counts(tmp_path: Path, quota: str, count: int) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota)
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000")

    assert processors(tmp_path) == count
