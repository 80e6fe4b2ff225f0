"""Requests that are there at once are predicted at once: a run of the model for all, not for each.

Nobody waits for company: what has been read from the sockets when the event loop comes to its end
goes together. A run costs more than the rows in it, so a busy server answers more.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import numpy as np

from training_image.features import Features

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MOST_ROWS: Final = 32
"""A request with more rows is worth a run of its own."""


class Batcher:
    """Gathers the features of requests for one run of the model."""

    def __init__(self, predict: Callable[[Features], NDArray[np.float32]]) -> None:
        self._run = predict
        self._waiting: list[tuple[Features, asyncio.Future[NDArray[np.float32]]]] = []

    async def predict(self, features: Features) -> NDArray[np.float32]:
        """Return the predictions of these features, made together with those of others."""
        if features.rows > MOST_ROWS:
            return self._run(features)
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._flush)
        future: asyncio.Future[NDArray[np.float32]] = loop.create_future()
        self._waiting.append((features, future))
        return await future

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            predictions = self._run(_together([features for features, _ in waiting]))
        except Exception:  # noqa: BLE001 - whose fault it is shows when each is run alone
            self._run_each(waiting)
            return
        first = 0
        for features, future in waiting:
            last = first + features.rows
            if not future.done():
                future.set_result(predictions[first:last])
            first = last

    def _run_each(
        self, waiting: list[tuple[Features, asyncio.Future[NDArray[np.float32]]]]
    ) -> None:
        for features, future in waiting:
            if future.done():
                continue
            try:
                future.set_result(self._run(features))
            except Exception as error:  # noqa: BLE001 - the request's own task deals with it
                future.set_exception(error)


def _together(requests: list[Features]) -> Features:
    if len(requests) == 1:
        return requests[0]
    return Features(
        np.concatenate([features.numeric for features in requests]),
        np.concatenate([features.categorical for features in requests]),
    )
