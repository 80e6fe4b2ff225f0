"""The model behind HTTP, as SageMaker's hosting calls it: `GET /ping`, `POST /invocations`.

One process here loads the model, lets it answer once and only then opens the port, so whoever can
connect gets answers. `training_image.workers` starts as many of them as there are processors.
"""

from __future__ import annotations

import gc
import logging
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import uvicorn

from training_image.application import Application
from training_image.archive import Archive, read_archive
from training_image.errors import ArtifactError, shown
from training_image.features import MISSING, Features
from training_image.logs import FIELDS
from training_image.meter import Meter
from training_image.predictor import Predictor
from training_image.protocol import Protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from numpy.typing import NDArray

    from training_image.settings import Settings

DRAIN_SECONDS: Final = 25
"""SageMaker kills 30 seconds after SIGTERM."""

KEEP_ALIVE_SECONDS: Final = 75
SWEEP_SECONDS: Final = 1
METER_SECONDS: Final = 60
BACKLOG: Final = 2048
KEPT_BYTES: Final = 4 * 1024 * 1024
"""Twice as much free memory stays with a worker at most."""

logger = logging.getLogger(__name__)


def serve(settings: Settings, listener: socket.socket, is_wanted: Callable[[], bool]) -> None:
    """Load the model, then answer requests until SIGTERM, or until nobody wants it any more.

    Raises:
        ArtifactError: the model's files are missing or damaged, or do not fit together.
    """
    meter = Meter(settings.metrics_namespace)
    application = load(settings, meter)
    watch = _Watch(settings.read_seconds, meter, is_wanted)
    watch.server = uvicorn.Server(
        uvicorn.Config(
            application,
            http=Protocol,
            lifespan="off",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,  # nobody asks who the client is
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            callback_notify=watch.look,
            timeout_notify=SWEEP_SECONDS,
        )
    )
    application.under_way = watch.server.server_state.tasks
    keep_memory()
    # What is loaded by now stays: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    logger.info("serving", extra={FIELDS: {"port": settings.port, "workers": settings.workers}})
    try:
        watch.server.run([listener])
    finally:
        watch.tell()


def keep_memory() -> None:
    """Let the allocator keep the memory of a request for the next one.

    glibc gives the system back what is free beyond twice the largest block that was ever freed, a
    page at a time to come again: a thousand rows took twice as long to read. Elsewhere this does
    nothing.
    """
    bytearray(KEPT_BYTES)


def load(settings: Settings, meter: Meter) -> Application:
    """Return an application whose model has answered once.

    Raises:
        ArtifactError: the model's files are missing or damaged, or do not fit together.
    """
    archive = read_archive(settings.folders.model)
    predictor = Predictor(archive.model, archive.schema)
    classes = _classes(archive, predictor)
    warm_up(archive, predictor.predict, classes)
    return Application(
        archive.schema,
        predictor.predict,
        classes=classes,
        workers=settings.workers,
        largest_body=settings.largest_body,
        meter=meter,
    )


def _classes(archive: Archive, predictor: Predictor) -> tuple[str, ...]:
    """Return what the probabilities are of; of a regression, nothing.

    Raises:
        ArtifactError: the schema tells of another kind of model.
    """
    classes = archive.classes if archive.objective else archive.schema.classes
    if predictor.classifies and classes:
        return classes
    if predictor.classifies or archive.classes:
        raise ArtifactError(
            "the model is of another kind than its schema",
            found=f"objective {archive.objective!r}, classes {shown(archive.classes)}",
            expected="classes" if predictor.classifies else "no classes: it gives numbers",
            do="train the model anew",
        )
    return ()


def warm_up(
    archive: Archive, predict: Callable[[Features], NDArray[np.float32]], classes: tuple[str, ...]
) -> None:
    """Predict a row of nothing but missing values.

    Raises:
        ArtifactError: the model does not answer with one finite number, or one for each class.
    """
    schema = archive.schema
    numbers = np.full((1, schema.width), np.nan, dtype=np.float32)
    words = np.full((1, len(schema.categories)), MISSING, dtype=np.object_)
    try:
        answer = predict(Features(numbers, words))
    except Exception as error:  # ONNX Runtime's classes have no common base
        raise ArtifactError(f"the model does not run: {error}", do="train it anew") from error
    expected = (1, len(classes)) if classes else (1,)
    if answer.shape != expected or not np.isfinite(answer).all():
        raise ArtifactError(
            "the model gives no number",
            found=shown(answer.tolist()),
            expected=f"numbers of the shape {expected}",
            do="train it anew",
        )


class _Watch:
    """What a server does every second beside answering."""

    def __init__(self, seconds: int, meter: Meter, is_wanted: Callable[[], bool]) -> None:
        self.server: Any = None
        self._seconds = seconds
        self._meter = meter
        self._is_wanted = is_wanted
        self._told = time.monotonic()
        self._arriving: dict[tuple[Any, Any], float] = {}

    async def look(self) -> None:
        """Cut connections that are too slow, tell the metrics, end if nobody is there."""
        now = time.monotonic()
        self._cut(now)
        if now - self._told >= METER_SECONDS:
            self._told = now
            self.tell()
        if not self._is_wanted():
            self.server.should_exit = True

    def tell(self) -> None:
        """Log the metrics, if there are any."""
        if told := self._meter.take():
            logger.info("metrics", extra={FIELDS: told})

    def _cut(self, now: float) -> None:
        """Close the connections whose request has not arrived whole for too long.

        uvicorn's own time-out ends those that are idle between two requests.
        """
        arriving = [
            (connection, connection.cycle)
            for connection in self.server.server_state.connections
            if _is_arriving(connection)
        ]
        self._arriving = {one: self._arriving.get(one, now) for one in arriving}
        for (connection, _), since in self._arriving.items():
            if now - since >= self._seconds:
                connection.transport.close()


def _is_arriving(connection: Any) -> bool:  # noqa: ANN401 - uvicorn's protocols have no common type
    cycle = connection.cycle
    if cycle is None or cycle.response_complete:
        return connection.timeout_keep_alive_task is None
    return bool(cycle.more_body)
