"""A job that dies at any moment leaves nothing that the next run does not put right."""

from __future__ import annotations

import copy
import signal
import subprocess
import sys
from pathlib import Path

from tests.functional.etl.lake import ABALONE_CONTRACT, Lake

ROOT = Path(__file__).parents[3]

DIE_AT = """
import os, signal, sys
from etl.job import run
from etl.settings import Settings
from etl.storage import FolderStorage, open_storage

class DyingStorage(FolderStorage):
    left = int(sys.argv[2])

    def count(self):
        DyingStorage.left -= 1
        if DyingStorage.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, bucket, key, content):
        self.count()
        super().write(bucket, key, content)
        self.count()

    def upload(self, path, bucket, key):
        self.count()
        size = super().upload(path, bucket, key)
        self.count()
        return size

def open_dying(uri):
    storage, bucket, key = open_storage(uri)
    storage.__class__ = DyingStorage
    return storage, bucket, key

run(Settings(sys.argv[1], "duckdb"), open_dying)
"""
MOST_STEPS = 60


def abalone_lake(root: Path, abalone: bytes) -> Lake:
    """Return a lake with two objects, each with a row that is refused."""
    lines = abalone.splitlines(keepends=True)[:400]
    bad = b"X,0.4,0.3,0.1,0.5,0.2,0.1,0.15,7\n"
    lake = Lake(root, copy.deepcopy(ABALONE_CONTRACT)).put("a.csv", b"".join(lines[:250]) + bad)
    return lake.put("b.csv", bad + b"".join(lines[250:]))


def exit_code(lake: Lake, step: int) -> int:
    """Return how a job ends that dies before or after its writes, at one of them."""
    command = [sys.executable, "-c", DIE_AT, lake.request(), str(step)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    return done.returncode


def test_a_job_that_was_killed_at_any_write_is_made_good_by_the_next(
    tmp_path: Path, abalone: bytes
) -> None:
    whole = abalone_lake(tmp_path / "whole", abalone)
    whole.run()
    died = 0

    for step in range(1, MOST_STEPS):
        lake = abalone_lake(tmp_path / str(step), abalone)
        if exit_code(lake, step) != -signal.SIGKILL:
            break
        died += 1
        lake.run()
        assert lake.objects() == whole.objects(), f"after it died at step {step}"

    writes = len(whole.objects()) - 1  # the request was there before
    assert died == 2 * writes


def test_there_is_no_dataset_before_everything_else_is_written(
    tmp_path: Path, abalone: bytes
) -> None:
    whole = abalone_lake(tmp_path / "whole", abalone)
    whole.run()
    last_write = 2 * (len(whole.objects()) - 1) - 1

    lake = abalone_lake(tmp_path / "killed", abalone)
    exit_code(lake, last_write)

    missing = set(whole.objects()) - set(lake.objects())
    assert [Path(key).name for key in missing] == ["manifest.json"]
