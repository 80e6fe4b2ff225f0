"""Packs files into zip archives whose bytes depend on nothing but names and contents."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold; every file has it."""

READABLE_FILE = 0o100644 << 16
"""A regular file that everybody may read, as a zip archive notes it."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of the files, sorted by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE_FILE
            archive.writestr(entry, files[name])
    return target.getvalue()


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by its path in it with `/` between the parts."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def unpack(archive: bytes) -> dict[str, bytes]:
    """Return the files of a zip archive by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return {name: source.read(name) for name in source.namelist() if not name.endswith("/")}
