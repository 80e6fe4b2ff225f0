"""Ports that stay free between choosing and listening, which are seconds apart.

A port of the kernel's own range could meanwhile become the near end of anybody's connection, and
another twin could choose the same one; so these lie outside that range, and a lock that the kernel
drops with this process keeps other twins off (Linux only).
"""

from __future__ import annotations

import contextlib
import random
import socket
import sys
from dataclasses import dataclass
from typing import Final

from twin.cloud import LOOPBACK
from twin.errors import TwinError

RANGE: Final = range(20_000, 32_000)
"""Below what Linux and macOS give to connections."""

ATTEMPTS: Final = 200


@dataclass(frozen=True)
class HeldPort:
    """A port that no other twin chooses until it is released."""

    number: int
    lock: socket.socket | None

    def release(self) -> None:
        """Let others have it; safe to call twice."""
        if self.lock is not None:
            self.lock.close()


def hold_port(preferred: int | None = None) -> HeldPort:
    """Choose a port on loopback: the preferred one if it is free.

    Raises:
        TwinError: none was free.
    """
    others = random.sample(RANGE, ATTEMPTS)
    wanted = [preferred] if preferred in RANGE and preferred is not None else []
    for number in (*wanted, *others):
        held = _hold(number)
        if held is not None:
            return held
    raise TwinError(
        "no free port on loopback",
        resource=f"{LOOPBACK}:{RANGE.start}-{RANGE.stop}",
        do="end programs that listen on many ports, then try again",
    )


def _hold(number: int) -> HeldPort | None:
    """Return the port if nobody listens there and no other twin has it."""
    with contextlib.ExitStack() as cleaning:
        try:
            lock = _lock(number)
            if lock is not None:
                cleaning.callback(lock.close)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((LOOPBACK, number))
        except OSError:
            return None
        cleaning.pop_all()
        return HeldPort(number, lock)


def _lock(number: int) -> socket.socket | None:
    """Take the name of a port in the kernel's own name space, which has no files."""
    if sys.platform != "linux":
        return None
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        lock.bind(f"\0twin-port-{number}")
    except OSError:
        lock.close()
        raise
    return lock
