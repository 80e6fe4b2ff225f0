"""Python environments of images: made once for each set of requirements, and kept.

Two builders at once make one; one that was killed halfway is made again, because the mark that it
is complete is written last.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from twin.settings import Workspace

COMPLETE = ".complete"
INSTALLED_BY_MAKE = ".venv-image"
"""The environment of the training image as it is committed; a push that changes the requirements
gets one of its own."""


def prepare(workspace: Workspace, requirements: bytes, *, require_hashes: bool = True) -> Path:
    """Return the folder of an environment with these requirements; make it if it is not there.

    Raises:
        TwinError: something cannot be installed; says what the installer said.
    """
    adopted = _made_beforehand(workspace, requirements)
    if adopted is not None:
        return adopted
    environments = workspace.cache / "envs"
    environments.mkdir(parents=True, exist_ok=True)
    folder = environments / _key(requirements, require_hashes=require_hashes)
    if not (folder / COMPLETE).exists():
        with _lock(folder.with_suffix(".lock")):
            if not (folder / COMPLETE).exists():
                _make(workspace, folder, requirements, require_hashes=require_hashes)
    return folder


def _made_beforehand(workspace: Workspace, requirements: bytes) -> Path | None:
    """Return the environment that `make` installed, if it is for just these requirements."""
    folder = workspace.root / INSTALLED_BY_MAKE
    note = folder / ".made-from"
    if not note.exists():
        return None
    digest = hashlib.sha256(requirements).hexdigest()
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    made_from = note.read_text(encoding="utf-8").split()[:2]
    return folder if made_from == [digest, python] else None


def _key(requirements: bytes, *, require_hashes: bool) -> str:
    """Return a name for what the environment is made of: requirements, Python, machine."""
    python = f"{sys.version} {platform.platform(terse=True)} {platform.machine()}"
    parts = (requirements, python.encode(), str(require_hashes).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:20]


@contextlib.contextmanager
def _lock(file: Path) -> Iterator[None]:
    """Hold a lock that the system takes back when this process dies."""
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _make(workspace: Workspace, folder: Path, requirements: bytes, *, require_hashes: bool) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    file = folder.with_suffix(".txt")
    file.write_bytes(requirements)
    uv = workspace.root / ".tools" / "uv" / "bin" / "uv"
    commands = _with_uv(uv, folder) if uv.exists() else _with_pip(folder)
    create, install = commands
    _run(create, folder)
    if requirements.strip():
        hashes = ["--require-hashes"] if require_hashes else []
        _run([*install, *hashes, "-r", str(file)], folder)
    (folder / COMPLETE).touch()


def _with_uv(uv: Path, folder: Path) -> tuple[list[str], list[str]]:
    python = folder / "bin" / "python"
    create = [str(uv), "venv", "--quiet", "--python", sys.executable, str(folder)]
    install = [str(uv), "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
    return create, install


def _with_pip(folder: Path) -> tuple[list[str], list[str]]:
    """Return the commands of a machine without uv; pip of this environment installs into that."""
    create = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    return create, [*pip, "install", "--quiet", "--compile"]


def _run(command: Sequence[str], folder: Path) -> None:
    """Run an installer with the environment of this process, proxies and indexes included."""
    ended = subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if ended.returncode != 0:
        raise TwinError(
            f"the image's Python environment cannot be made: {' '.join(command)}",
            step="image",
            resource=str(folder),
            found=(ended.stderr.strip() or ended.stdout.strip())[-600:],
            do="check the network (the first time downloads packages), the disk and the file",
        )
