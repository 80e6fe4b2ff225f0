"""An archive depends on nothing but names and contents."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from twin.archives import pack, read_folder, unpack

if TYPE_CHECKING:
    from pathlib import Path


def test_the_order_of_files_does_not_matter() -> None:
    assert pack({"a.py": b"1", "b.py": b"2"}) == pack({"b.py": b"2", "a.py": b"1"})


def test_files_are_readable_for_everybody(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(pack({"a.py": b"1"}))

    with zipfile.ZipFile(file) as archive:
        (entry,) = archive.infolist()

    assert entry.external_attr >> 16 == 0o100644


def test_unpacking_returns_what_was_packed() -> None:
    files = {"trigger/handler.py": b"x = 1", "empty": b""}

    assert unpack(pack(files)) == files


def test_a_folder_is_read_with_the_paths_in_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.txt").write_bytes(b"x")

    assert read_folder(tmp_path) == {"deep/file.txt": b"x"}
