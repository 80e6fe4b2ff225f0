"""Work that is made ready while other work is done."""

import threading
from collections.abc import Iterator

import pytest

from training_image.ahead import ahead, at_once


def test_items_come_in_their_order() -> None:
    items = iter(range(100))

    found = list(ahead(items))

    assert found == list(range(100))


def test_the_next_item_is_made_while_one_is_used() -> None:
    made = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    coming = ahead(items())
    next(coming)

    assert made.wait(timeout=10)


def test_what_fails_in_making_an_item_fails_where_it_is_due() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no second one")

    coming = ahead(items())

    assert next(coming) == 1
    with pytest.raises(ValueError, match="no second one"):
        next(coming)


def test_what_is_made_at_once_keeps_its_order() -> None:
    found = at_once(lambda number: number * 2, range(50))

    assert found == list(range(0, 100, 2))
