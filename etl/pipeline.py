"""Work that overlaps: a thread that reads ahead, and several that work on what was read."""

from __future__ import annotations

import queue
import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future, ThreadPoolExecutor

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@contextmanager
def read_ahead(items: Iterable[_Item], depth: int) -> Iterator[Iterator[_Item]]:
    """Give the same items, made in a thread of their own, at most `depth` of them ahead.

    What fails there is raised where the item would have come. Leaving the block ends the thread.
    """
    ready: queue.Queue[tuple[_Item] | BaseException | None] = queue.Queue(depth)
    unwanted = threading.Event()
    thread = threading.Thread(target=_fill, args=(items, ready, unwanted), daemon=True)
    thread.start()
    try:
        yield _taken(ready)
    finally:
        unwanted.set()
        while thread.is_alive():
            _drain(ready)
            thread.join(0.05)


def in_order(
    pool: ThreadPoolExecutor,
    function: Callable[[_Item], _Result],
    items: Iterable[_Item],
    at_once: int,
) -> Iterator[_Result]:
    """Yield what becomes of the items, in their order; no more than so many are on their way."""
    waiting: deque[Future[_Result]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) >= at_once:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _fill(
    items: Iterable[_Item],
    ready: queue.Queue[tuple[_Item] | BaseException | None],
    unwanted: threading.Event,
) -> None:
    try:
        for item in items:
            ready.put((item,))
            if unwanted.is_set():
                return
    except BaseException as error:  # noqa: BLE001 - it is raised again where the item is awaited
        ready.put(error)
    else:
        ready.put(None)


def _taken(ready: queue.Queue[tuple[_Item] | BaseException | None]) -> Iterator[_Item]:
    while (found := ready.get()) is not None:
        if isinstance(found, BaseException):
            raise found
        yield found[0]


def _drain(ready: queue.Queue[tuple[_Item] | BaseException | None]) -> None:
    try:
        while True:
            ready.get_nowait()
    except queue.Empty:
        return
