"""A family of processes that lives and dies together."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]

HEAD = """
import os, subprocess, sys, time
from pathlib import Path
from twin.airflow import processes

def work():
    # an orphan in a session of its own, as a task may leave one behind
    two = ["/bin/sh", "-c", "sleep 300 & exec sleep 300"]
    subprocess.Popen(two, start_new_session=True, env={"PATH": os.defpath})
    os.fork() or time.sleep(300)
    time.sleep(300)

processes.lead_family()
processes.fork(work, Path(sys.argv[1]))
time.sleep(0.5)
print("up", flush=True)
while not processes.is_orphan(0, 0.05):
    pass
print(processes.end_family(), flush=True)
"""


@pytest.fixture
def head(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HEAD, str(tmp_path / "log")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield process
        process.kill()


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def wait_for_end(processes: list[psutil.Process]) -> None:
    deadline = time.monotonic() + 5
    while any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_all_end_when_whoever_started_them_is_gone(head: subprocess.Popen[str]) -> None:
    members = family(head)
    assert len(members) >= 4
    assert head.stdin is not None
    assert head.stdout is not None

    head.stdin.close()

    assert int(head.stdout.readline()) >= 4
    wait_for_end(members)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's alone")
def test_forks_end_with_a_head_that_was_killed(head: subprocess.Popen[str]) -> None:
    members = family(head)
    forks = [one for one in members if "python" in one.name()]

    head.kill()
    head.wait()

    wait_for_end(forks)
    for program in set(members) - set(forks):
        program.kill()  # what a task exec'd is for the starter to end: `end_session`
