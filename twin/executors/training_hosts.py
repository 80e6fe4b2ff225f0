"""The hosts of a training job: as many processes, with folders and logs of their own.

The job is over when all have ended; where one fails, the others are stopped. SageMaker lets hosts
resolve each other's names; here all of them lie on one machine, so that its image is told where
the first one is (`TRAINING_FIRST_HOST_ADDRESS`, `TRAINING_FIRST_HOST_PORT`).
"""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, Protocol

from twin.cloud import LOOPBACK, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from twin.execution import Finished

POLL_SECONDS: Final = 0.05


class Stop(Protocol):
    """Tells whether a job is to end; an event does."""

    def is_set(self) -> bool:
        """Tell whether it is."""
        ...


def run_hosts(
    hosts: Sequence[str],
    run: Callable[[str, threading.Event], Finished],
    stop: Stop,
) -> tuple[str, Finished]:
    """Run all hosts; return how the job ended, and on which host: the first, or that which failed.

    `run` runs one host to its end, or until its event is set; `stop` ends all. Each host has a
    thread of its own, which outlives its process.
    """
    ending = threading.Event()
    with ThreadPoolExecutor(len(hosts), "training-host") as pool:
        running = {pool.submit(run, host, ending): host for host in hosts}
        failed = _first_failure(running, stop, ending)
        ended = {host: future.result() for future, host in running.items()}
    decided = failed or hosts[0]
    return decided, ended[decided]


def _first_failure(
    running: Mapping[Future[Finished], str], stop: Stop, ending: threading.Event
) -> str | None:
    pending, failed = set(running), None
    while pending:
        done, pending = wait(pending, POLL_SECONDS, FIRST_COMPLETED)
        bad = [host for one, host in running.items() if one in done and not _well(one)]
        failed = failed or next(iter(bad), None)
        if failed or stop.is_set():
            ending.set()
    return failed


def _well(future: Future[Finished]) -> bool:
    return future.exception() is None and future.result().ok


def meeting(hosts: Sequence[str]) -> dict[str, str]:
    """Return where hosts meet, as the image's environment says it; nothing of one alone."""
    if len(hosts) == 1:
        return {}
    return {
        "TRAINING_FIRST_HOST_ADDRESS": LOOPBACK,
        "TRAINING_FIRST_HOST_PORT": str(free_port()),
    }


def gather(bases: Sequence[Path]) -> Path:
    """Put what all hosts left into the folder of the first, as SageMaker archives it."""
    first, *others = bases
    for base in others:
        for folder in ("model", "output/data"):
            shutil.copytree(base / folder, first / folder, dirs_exist_ok=True)
    return first
