"""Training as one of several hosts: what the host's watch starts, and ends.

It reads from its watch where the tracker is. Its own faults it tells as any job does; where the
others left it, its watch knows more, so that it only ends.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import IO, TYPE_CHECKING, Final

from training_image.booster import xgboost
from training_image.hosts import read_hosts
from training_image.peers import joined
from training_image.train import run as run_job
from training_image.train import train

if TYPE_CHECKING:
    from training_image.settings import Folders

logger = logging.getLogger(__name__)

LEFT: Final = 75
"""Exit code of a process that the others left, as BSD counts what passes."""


def run(folders: Folders) -> int:
    """Train together with the others. Return the exit code, or end at once if something failed."""
    address, port = sys.stdin.readline().split()
    threading.Thread(target=_end_with_watch, args=(sys.stdin,), daemon=True).start()

    def work(folders: Folders) -> None:
        try:
            with joined(read_hosts(folders), (address, int(port))) as peers:
                train(folders, peers)
        except xgboost.core.XGBoostError as error:
            if "collective" not in str(error):
                raise
            logger.warning("the others are gone: %s", str(error).strip().splitlines()[-1])
            _end(LEFT)

    code = run_job(folders, work)
    if code:
        _end(code)  # XGBoost would wait for the others
    return code


def _end_with_watch(stream: IO[str]) -> None:
    """End when the watch does: it holds the other end of the pipe."""
    stream.read()
    _end(LEFT)


def _end(code: int) -> None:
    sys.stdout.flush()
    os._exit(code)
