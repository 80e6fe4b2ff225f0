"""Reads the files that a program hands to a resource: Pulumi's assets and archives.

Only the factory's two front ends use it: what they hand on is bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from twin.archives import pack, read_folder, unpack
from twin.errors import TwinError

if TYPE_CHECKING:
    from pathlib import Path


def resolved(value: Any, root: Path) -> Any:
    """Return the bytes of an asset or of an archive (as a zip); anything else as it is.

    Args:
        value: The value of a property.
        root: The folder that relative paths begin at: that of the program.

    Raises:
        TwinError: There is nothing to read at its path.
    """
    if isinstance(value, pulumi.Archive):
        return pack(_files(value, root))
    return _content(value, root) if isinstance(value, pulumi.Asset) else value


def _files(archive: pulumi.Archive, root: Path) -> dict[str, bytes]:
    """Return what lies in an archive, by name."""
    if isinstance(archive, pulumi.FileArchive):
        return _files_at(root / archive.path)
    if not isinstance(archive, pulumi.AssetArchive):
        raise _unreadable(archive)
    found: dict[str, bytes] = {}
    for name, part in archive.assets.items():
        if isinstance(part, pulumi.Archive):
            inner = _files(part, root)
            found |= {f"{name.rstrip('/')}/{path}": content for path, content in inner.items()}
        else:
            found[name] = _content(part, root)
    return found


def _files_at(path: Path) -> dict[str, bytes]:
    try:
        return read_folder(path) if path.is_dir() else unpack(path.read_bytes())
    except OSError as error:
        raise _unreadable(str(path)) from error


def _content(asset: pulumi.Asset, root: Path) -> bytes:
    """Return the bytes of an asset."""
    if isinstance(asset, pulumi.StringAsset):
        return asset.text.encode()
    if not isinstance(asset, pulumi.FileAsset):
        raise _unreadable(asset)
    path = root / asset.path
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(str(path)) from error


def _unreadable(what: object) -> TwinError:
    return TwinError(
        "the asset cannot be read",
        found=what if isinstance(what, str) else type(what).__name__,
        expected="a file, a folder or a text of this repository",
        do="point the program at what exists",
    )
