"""Counts the bytes that are read of the train split of a job, in the image's environment.

    python bytes_read.py JOB

Prints a JSON object: bytes of its files, bytes read to count rows, and to copy them.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from training_image.batches import count_rows
from training_image.dataset import files_of, read_dataset
from training_image.schema import Schema
from training_image.settings import Folders
from training_image.spool import write_spool

MANY = 10**9


def main(job: str) -> None:
    """Count rows, then copy them."""
    folders = Folders(Path(job))
    schema = read_dataset(folders).schema
    size = sum(file.stat().st_size for file in files_of(folders, "train"))
    counted = during(lambda: count_rows(folders, "train", MANY))
    _, copied = (during(lambda: copy(folders, schema)) for _ in range(2))  # the first one imports
    print(json.dumps({"size": size, "counted": counted, "copied": copied}))  # noqa: T201 - the answer


def copy(folders: Folders, schema: Schema) -> None:
    """Copy the rows."""
    with tempfile.TemporaryDirectory() as folder:
        write_spool(folders, "train", schema, Path(folder))


def during(work: Callable[[], object]) -> int:
    """Return how many bytes the process read while it did some work, as Linux counts them."""
    before = read_so_far()
    work()
    return read_so_far() - before


def read_so_far() -> int:
    """Return the bytes that all calls of `read` and its like gave."""
    lines = Path("/proc/self/io").read_text(encoding="utf-8").splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


if __name__ == "__main__":
    main(sys.argv[1])
