"""Requests that are there at once are read and answered at once: one run of the model for all.

A run costs more than the rows in it, so a busy server answers more. Nobody waits for company that
is not there: each turn of the event loop reads what the sockets hold, and the first one that brings
no further request is the last. Those who wait go before a request with many rows. What one request
has wrong is no other's trouble: then each is read and predicted alone.
"""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from training_image.payload import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from training_image.features import Features
    from training_image.payload import Form, RowReader

    Answers = Sequence[Any]
    """What is said of each row."""

    Waiting = list[tuple[Rows, asyncio.Future[Answers]]]

MOST_ROWS: Final = 32
"""A request with more rows is worth a run of its own."""

MOST_REQUESTS: Final = 32
"""With so many nobody looks for more."""


class Batcher:
    """Gathers the rows of requests for one run of the model."""

    def __init__(self, reader: RowReader, answer: Callable[[Features], Answers]) -> None:
        self._reader = reader
        self._run = answer
        self._waiting: dict[Form, Waiting] = {}

    def answer_alone(self, rows: Rows) -> Answers:
        """Return what is said of a request's rows, found now.

        Raises:
            RequestError: the rows are refused.
        """
        return self._run(self._reader.read(rows))

    def answer(self, rows: Rows) -> asyncio.Future[Answers]:
        """Find what is said of a request's rows together with other ones: in the future's result.

        It has a RequestError if the rows are refused.
        """
        if not self._waiting:
            self._loop = asyncio.get_running_loop()  # a system call, so once for all that wait
        future: asyncio.Future[Answers] = self._loop.create_future()
        if not 0 < len(rows.rows) <= MOST_ROWS:
            self._flush()  # those who wait get their answers before so many rows are run
            self._loop.call_soon(self._settle_alone, rows, future)
            return future
        if not self._waiting:
            self._loop.call_soon(self._gather, 0)
        alike = self._waiting.setdefault(rows.form, [])
        alike.append((rows, future))
        return future

    def _gather(self, before: int) -> None:
        """Answer, if there are no more than there were a turn ago."""
        now = sum(map(len, self._waiting.values()))
        if before < now < MOST_REQUESTS:
            self._loop.call_soon(self._gather, now)
        else:
            self._flush()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for form, alike in waiting.items():
            self._settle(alike, self._together(alike, form))

    def _together(self, waiting: Waiting, form: Form) -> Answers | None:
        """Return what is said of all rows, or nothing if not all of them are plain."""
        all_rows = [*chain.from_iterable([rows.rows for rows, _ in waiting])]
        try:
            features = self._reader.read_quickly(Rows(all_rows, form))
            return None if features is None else self._run(features)
        except Exception:  # noqa: BLE001 - whose fault it is shows when each is run alone
            return None

    def _settle(self, waiting: Waiting, answers: Answers | None) -> None:
        first = 0
        for rows, future in waiting:
            last = first + len(rows.rows)
            if answers is None:
                self._settle_alone(rows, future)
            elif not future.done():  # else its client went away
                future.set_result(answers[first:last])
            first = last

    def _settle_alone(self, rows: Rows, future: asyncio.Future[Answers]) -> None:
        if future.done():  # its client went away
            return
        try:
            future.set_result(self.answer_alone(rows))
        except Exception as error:  # noqa: BLE001 - the request's own task deals with it
            future.set_exception(error)
