"""Work that overlaps: nothing is lost, reordered or left running."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from etl.pipeline import in_order, read_ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_items_come_in_their_order_and_all() -> None:
    with read_ahead(range(100), 3) as items:
        assert list(items) == list(range(100))


def test_no_more_is_read_ahead_than_was_asked_for() -> None:
    made: list[int] = []
    taken = threading.Event()

    def numbers() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            if number == 4:
                taken.wait(10)
            yield number

    with read_ahead(numbers(), 2) as items:
        next(items)
        ahead = len(made)
        taken.set()

    assert ahead <= 4  # the one that was taken, two that wait, and one in the making


def test_what_fails_while_reading_is_raised_where_the_item_would_have_come() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("torn")

    with read_ahead(broken(), 2) as items:
        assert next(items) == 1
        with pytest.raises(ValueError, match="torn"):
            next(items)


def test_leaving_ends_the_thread_and_what_it_read_from() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    with read_ahead(endless(), 1) as items:
        next(items)

    assert closed.is_set()


def test_results_come_in_the_order_of_the_items_whoever_is_first() -> None:
    second_is_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            second_is_done.wait(10)
        if number == 1:
            second_is_done.set()
        return number

    with ThreadPoolExecutor(2) as pool:
        assert list(in_order(pool, work, range(5), 3)) == [0, 1, 2, 3, 4]


def test_a_worker_that_fails_ends_the_work() -> None:
    def work(number: int) -> int:
        return 10 // number

    with ThreadPoolExecutor(2) as pool, pytest.raises(ZeroDivisionError):
        list(in_order(pool, work, [5, 0, 2], 2))
