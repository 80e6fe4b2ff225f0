"""What the processes of several hosts tell each other, so that all of them decide the same.

XGBoost's collective carries it. A host that waits for the others waits as long as it takes: that
all of them live is watched elsewhere (`watch`).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training_image.hosts import Hosts

T = TypeVar("T")

LONGEST_WAIT: Final = 7 * 24 * 60 * 60
"""Seconds that one operation may take: none is too slow while all hosts live."""


class Peers(Protocol):
    """All hosts of a job, this one among them. All of them make the same calls in one order."""

    @property
    def rank(self) -> int:
        """The place of this one."""
        ...

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    @property
    def leads(self) -> bool:
        """Whether this host measures and writes the model."""
        ...

    def gather(self, value: T) -> list[T]:
        """Return what each host has, in their order."""
        ...

    def share(self, value: T) -> T:
        """Return what the first host has."""
        ...

    def part(self) -> None:
        """End what is done together: from here on each host is by itself."""
        ...


@dataclass(frozen=True)
class Alone:
    """The only host."""

    rank: int = 0
    count: int = 1

    @property
    def leads(self) -> bool:
        """Yes."""
        return True

    def gather(self, value: T) -> list[T]:
        """Return the only one."""
        return [value]

    def share(self, value: T) -> T:
        """Return it."""
        return value

    def part(self) -> None:
        """There is nobody to part from."""


ALONE: Final = Alone()


@dataclass
class Together:
    """One of several hosts."""

    collective: Any
    rank: int
    count: int
    parted: bool = False

    @property
    def leads(self) -> bool:
        """Whether this is the first host."""
        return self.rank == 0

    def gather(self, value: T) -> list[T]:
        """Let each host tell its own in turn."""
        return [
            self.collective.broadcast(value if self.rank == place else None, place)
            for place in range(self.count)
        ]

    def share(self, value: T) -> T:
        """Let the first host tell it."""
        return self.collective.broadcast((value,) if self.leads else None, 0)[0]

    def part(self) -> None:
        """Leave the collective: XGBoost would go on asking all hosts about each matrix."""
        if not self.parted:
            self.parted = True
            self.collective.finalize()


@contextmanager
def joined(hosts: Hosts, tracker: tuple[str, int]) -> Iterator[Together]:
    """Join the others. An error is left as it is: to part in peace would wait for the others."""
    collective = import_module("xgboost").collective
    address, port = tracker
    collective.init(
        dmlc_tracker_uri=address,
        dmlc_tracker_port=port,
        dmlc_task_id=f"{hosts.rank:03}",
        dmlc_timeout=LONGEST_WAIT,
    )
    peers = Together(collective, hosts.rank, hosts.count)
    yield peers
    peers.part()
