"""Lets this process read botocore's service models several times faster.

Each client reads the whole model of its service, and so does each of moto's services (EC2's four
times). botocore parses it into ordered dictionaries; plain ones keep their order as well and are
parsed five times faster, and what was parsed before is copied. It also walks the folders of all
400 services for each, which takes long when other threads are busy. Measured with the first request
to each of the twin's services: 2.2 s without, 1.5 s with.
"""

from __future__ import annotations

import gzip
import json
import marshal
import threading
from typing import Any

from botocore.loaders import JSONFileLoader, Loader

_botocore_load_file = JSONFileLoader.load_file
_botocore_list_services = Loader.list_available_services

_packed: dict[str, bytes] = {}
_listed: dict[tuple[str, ...], list[str]] = {}
_listing = threading.Lock()


def read_models_quickly() -> None:
    """Replace how botocore parses its models in this process; safe to call twice."""
    JSONFileLoader.load_file = _load_file
    Loader.list_available_services = _list_services


def read_models_as_botocore_does() -> None:
    """Undo `read_models_quickly`."""
    JSONFileLoader.load_file = _botocore_load_file
    Loader.list_available_services = _botocore_list_services


def _load_file(self: JSONFileLoader, file_path: str) -> Any:
    """Return what a model file holds, as a value that the caller may change; None without one."""
    del self
    if file_path not in _packed:
        text = _read(file_path)
        if text is None:
            return None
        _packed[file_path] = marshal.dumps(json.loads(text))
    return marshal.loads(_packed[file_path])  # noqa: S302 - packed above, never read from outside


def _list_services(self: Loader, type_name: str) -> list[str]:
    """Return the services that the folders of a loader hold; they are walked once a process."""
    key = (type_name, *self.search_paths)
    with _listing:
        if key not in _listed:
            _listed[key] = _botocore_list_services(self, type_name)
        return list(_listed[key])


def _read(file_path: str) -> bytes | None:
    """Return the text of a model file, which may be compressed."""
    for extension, open_file in ((".json", open), (".json.gz", gzip.open)):
        try:
            with open_file(file_path + extension, "rb") as file:
                return bytes(file.read())
        except FileNotFoundError:
            continue
    return None
