"""What the program reads of the repository is looked for before anything is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from components.errors import ProgramError
from components.files import existing

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_is_there_is_handed_on(tmp_path: Path) -> None:
    file = tmp_path / "launcher.py"
    file.touch()

    assert existing(file, "what Glue starts") == file


def test_a_missing_file_is_named_with_what_it_is_for(tmp_path: Path) -> None:
    with pytest.raises(ProgramError) as refused:
        existing(tmp_path / "launcher.py", "what Glue starts")

    assert str(refused.value) == (
        f"{tmp_path}/launcher.py does not exist; expected what Glue starts; "
        "do: check out the whole repository"
    )


def test_a_folder_in_its_place_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="does not exist"):
        existing(tmp_path, "what Glue starts")
