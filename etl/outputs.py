"""The files that one machine writes: of bounded size, uploaded while the work goes on."""

from __future__ import annotations

import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from etl.contract import DESTINATIONS
from etl.files import File
from etl.machine import MEBIBYTE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from etl.contract import Destination
    from etl.plan import Plan
    from etl.storage import Storage

FILE_BYTES: Final = 128 * MEBIBYTE
"""A file is closed once it has as many."""

_UPLOADS: Final = 4
"""At once; further ones wait, and the work with them."""

_COPIED: Final = MEBIBYTE


@dataclass
class _Open:
    """The file of a destination that is being written."""

    path: Path
    stream: BinaryIO


class Outputs:
    """Gathers the lines of each destination into files, and uploads those that are full."""

    def __init__(
        self, storage: Storage, plan: Plan, folder: Path, file_bytes: int = FILE_BYTES
    ) -> None:
        self._storage = storage
        self._plan = plan
        self._folder = folder
        self._file_bytes = file_bytes
        self._open: dict[Destination, _Open] = {}
        self._files: dict[Destination, list[Future[File]]] = {name: [] for name in DESTINATIONS}
        self._pool = ThreadPoolExecutor(_UPLOADS, "etl-upload")
        self._under_way: deque[Future[File]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._open.values():
            one.stream.close()
        self._pool.shutdown(cancel_futures=True)

    def add(self, pieces: Mapping[Destination, Path]) -> None:
        """Append each destination's lines, and delete the files that they were in.

        Parquet cannot be appended to: each batch is a file of its own.
        """
        for name, piece in pieces.items():
            if self._plan.outputs[name].columns:
                self._send_behind(name, piece)
            else:
                self._append(name, piece)
                piece.unlink()

    def finish(self) -> Mapping[Destination, Sequence[File]]:
        """Upload what is left, and return all files."""
        for name in tuple(self._open):
            self._upload(name)
        return {name: [file.result() for file in files] for name, files in self._files.items()}

    def _append(self, name: Destination, piece: Path) -> None:
        stream = self._stream(name)
        with piece.open("rb") as lines:
            shutil.copyfileobj(lines, stream, _COPIED)
        if stream.tell() >= self._file_bytes:
            self._upload(name)

    def _stream(self, name: Destination) -> BinaryIO:
        if name not in self._open:
            path = self._folder / f"{name}-{len(self._files[name]):05d}"
            self._open[name] = _Open(path, path.open("wb"))
            header = self._plan.outputs[name].header
            if header and not self._files[name]:
                self._open[name].stream.write(f"{header}\n".encode())
        return self._open[name].stream

    def _upload(self, name: Destination) -> None:
        done = self._open.pop(name)
        done.stream.close()
        self._send_behind(name, done.path)

    def _send_behind(self, name: Destination, path: Path) -> None:
        """Upload a file and delete it while the work goes on."""
        suffix = self._plan.outputs[name].suffix
        key = f"{self._plan.prefix}{name}/part-{len(self._files[name]):05d}.{suffix}"
        if len(self._under_way) >= _UPLOADS:
            self._under_way.popleft().result()
        upload = self._pool.submit(self._send, path, key)
        self._under_way.append(upload)
        self._files[name].append(upload)

    def _send(self, path: Path, key: str) -> File:
        size = self._storage.upload(path, self._plan.bucket, key)
        path.unlink()
        return File(key, size)
