"""The sample is the file that the project was made with, or a clear error."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from typing import TYPE_CHECKING

import pytest

from twin.errors import TwinError
from twin.sample import DISTRIBUTION, abalone

if TYPE_CHECKING:
    from pathlib import Path


def test_the_sample_has_the_rows_of_the_uci_file() -> None:
    rows = abalone().decode().splitlines()

    assert len(rows) == 4177
    assert rows[0] == "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15,15"


def test_a_missing_distribution_is_an_error_that_says_what_to_do() -> None:
    def locate() -> Path:
        raise PackageNotFoundError(DISTRIBUTION)

    with pytest.raises(TwinError, match="is not installed") as caught:
        abalone(locate)

    assert DISTRIBUTION in caught.value.resource
    assert "make" in caught.value.do


def test_another_content_is_an_error_that_names_both_digests(tmp_path: Path) -> None:
    changed = tmp_path / "abalone.data.txt"
    changed.write_bytes(b"M,1,2,3\n")

    with pytest.raises(TwinError, match="another content") as caught:
        abalone(lambda: changed)

    assert "8 bytes" in caught.value.found
    assert "de37cdcd" in caught.value.expected
