"""Keeps Airflow's DAGs folder equal to what lies under a prefix of a bucket, as MWAA does.

Each object appears whole or not at all. Files in folders come before those at the root, so that a
DAG file finds its settings. Changes are noticed at once, deletions within `LOOK_SECONDS`.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_SECONDS: Final = 2.0
"""How often it looks without having been told: nobody tells of deletions."""


class DagFolder:
    """One folder and the prefix that it follows.

    Only the thread that calls `follow` touches the folder.
    """

    def __init__(
        self, s3: Any, bucket: str, prefix: str, folder: Path, changed: Callable[[], None]
    ) -> None:
        self.bucket = bucket
        self._s3 = s3
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self._folder = folder
        self._changed = changed
        self._known: dict[str, str] = {}
        self._told = threading.Event()
        self._told.set()

    def tell(self, key: str) -> None:
        """Say that an object was written; returns at once."""
        if key.startswith(self._prefix):
            self._told.set()

    def follow(self, stopping: threading.Event) -> None:
        """Keep the folder equal until somebody stops it."""
        while not stopping.is_set():
            self._told.wait(LOOK_SECONDS)
            self._told.clear()
            if not stopping.is_set() and self.synchronise():
                self._changed()

    def synchronise(self) -> bool:
        """Make the folder equal once; tell whether anything had to be done."""
        wanted = self._listed()
        changed = [name for name, tag in wanted.items() if self._known.get(name) != tag]
        gone = [name for name in self._known if name not in wanted]
        for name in sorted(changed, key=_root_last):
            self._fetch(name)
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
        self._known = wanted
        if any("/" in name for name in (*changed, *gone)):
            self._touch_dag_files()
        return bool(changed or gone)

    def _listed(self) -> dict[str, str]:
        """Return what the prefix holds: entity tags by name below the folder."""
        found: dict[str, str] = {}
        pages = self._s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self._prefix):
            for one in page.get("Contents", []):
                name = one["Key"].removeprefix(self._prefix)
                if _is_file(name):
                    found[name] = one["ETag"]
        return found

    def _fetch(self, name: str) -> None:
        body = self._s3.get_object(Bucket=self.bucket, Key=self._prefix + name)["Body"].read()
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder.with_name("unfinished")
        unfinished.write_bytes(body)
        unfinished.replace(file)

    def _touch_dag_files(self) -> None:
        """Let Airflow parse anew: a DAG file may read what lies in folders beside it."""
        for file in self._folder.iterdir():
            if file.suffix in (".py", ".zip"):
                os.utime(file)


def _is_file(name: str) -> bool:
    """Tell whether a name is one of a file within the folder."""
    return bool(name) and not name.endswith("/") and ".." not in PurePosixPath(name).parts


def _root_last(name: str) -> tuple[bool, str]:
    return ("/" not in name, name)
