"""Making the next piece of work ready while the current one is being done.

Reading files and numpy's arithmetic leave the interpreter to others, so that a second thread helps
wherever one thread would wait for the other.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar, cast

from training_image.machine import processors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

One = TypeVar("One")
Other = TypeVar("Other")
_OVER: Final = object()

MOST_THREADS: Final = 8
"""That predict at once: each may need tens of megabytes."""


def ahead(items: Iterable[One]) -> Iterator[One]:
    """Return the same items in the same order; the next one is made while one is used.

    One more item is in memory than is used. What fails in making an item fails where it is due.
    """
    made = iter(items)
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(next, made, _OVER)
        while (item := coming.result()) is not _OVER:
            coming = thread.submit(next, made, _OVER)
            yield cast("One", item)


def at_once(work: Callable[[One], Other], items: Iterable[One]) -> list[Other]:
    """Return what is made of each item, in order, by as many threads as there are processors."""
    with ThreadPoolExecutor(min(processors(), MOST_THREADS), "at-once") as threads:
        return [*threads.map(work, items)]
