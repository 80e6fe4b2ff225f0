"""The model behind HTTP, as SageMaker's hosting calls it: `GET /ping`, `POST /invocations`.

Plain ASGI: a request costs little more than ONNX Runtime's own microseconds. The model is loaded
and has answered once before the port is opened, so whoever can connect gets answers. Rows are
predicted on the event loop; one request keeps others waiting no longer than its own rows take.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import uvicorn

from training_image.archive import read_archive
from training_image.errors import ArtifactError, RequestError
from training_image.features import MISSING, Features
from training_image.media import CSV, answer_type, request_type
from training_image.payload import RowReader, render_csv, render_json
from training_image.predictor import Predictor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training_image.schema import Schema
    from training_image.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LARGEST_BODY: Final = 6 * 1024 * 1024
"""Bytes of a real-time request that SageMaker lets through."""

DRAIN_SECONDS: Final = 25
"""SageMaker kills 30 seconds after SIGTERM."""

KEEP_ALIVE_SECONDS: Final = 75

NOT_FOUND: Final = 404
METHOD_NOT_ALLOWED: Final = 405
TOO_LARGE: Final = 413

METHODS: Final = {"/ping": "GET", "/invocations": "POST"}

logger = logging.getLogger(__name__)


class Application:
    """Answers requests with one model's predictions."""

    def __init__(self, schema: Schema, predict: Callable[[Features], NDArray[np.float32]]) -> None:
        self._reader = RowReader(schema)
        self._predict = predict

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = dict(scope["headers"])
        try:
            _check_target(scope["path"], scope["method"])
            if scope["path"] == "/ping":
                await _answer(send, 200, CSV, b"")
                return
            body = await _read_body(headers, receive)
            media, content = self.invoke(
                _text(headers, b"content-type"), _text(headers, b"accept"), body
            )
        except RequestError as error:
            await _refuse(send, error, METHODS.get(scope["path"], ""))
        except Exception:
            logger.exception("a request could not be answered")
            await _answer(send, 500, "text/plain; charset=utf-8", b"internal error; see the log\n")
        else:
            await _answer(send, 200, media, content)

    def invoke(self, content_type: str, accept: str, body: bytes) -> tuple[str, bytes]:
        """Return the answer's media type and body.

        Raises:
            RequestError: the request is refused.
        """
        asked = request_type(content_type)
        media = answer_type(accept, asked)
        read = self._reader.read_csv if asked == CSV else self._reader.read_json
        # the shortest text that gives the same 32-bit number back
        predictions = self._predict(read(body)).astype(str).tolist()
        render = render_csv if media == CSV else render_json
        return media, render(predictions)


def run(settings: Settings) -> int:
    """Load the model, then serve until SIGTERM. Return the exit code.

    Raises:
        ArtifactError: the model's files are missing or damaged.
    """
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    application = load(settings)
    logger.info("serving on port %d", settings.port)
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    return 0


def load(settings: Settings) -> Application:
    """Return an application whose model has answered once.

    Raises:
        ArtifactError: the model's files are missing or damaged.
    """
    model, schema = read_archive(settings.folders.model)
    predictor = Predictor(model, schema)
    warm_up(schema, predictor.predict)
    return Application(schema, predictor.predict)


def warm_up(schema: Schema, predict: Callable[[Features], NDArray[np.float32]]) -> None:
    """Predict a row of nothing but missing values.

    Raises:
        ArtifactError: the model does not answer with one finite number.
    """
    numbers = np.full((1, schema.width), np.nan, dtype=np.float32)
    words = np.full((1, len(schema.categories)), MISSING, dtype=np.object_)
    try:
        answer = predict(Features(numbers, words))
    except Exception as error:  # ONNX Runtime's classes have no common base
        raise ArtifactError(f"the model does not run: {error}", do="train it anew") from error
    if answer.shape != (1,) or not np.isfinite(answer).all():
        raise ArtifactError(
            "the model gives no number", found=repr(answer.tolist()), do="train it anew"
        )


def _check_target(path: str, method: str) -> None:
    allowed = METHODS.get(path)
    if allowed is None:
        raise RequestError(
            NOT_FOUND, "no such path", found=repr(path), expected=" or ".join(METHODS)
        )
    if method != allowed:
        raise RequestError(
            METHOD_NOT_ALLOWED, f"{path} takes another method", found=method, expected=allowed
        )


async def _read_body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        raise _too_large(f"{int(declared)} bytes")
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST_BODY:
            raise _too_large(f"more than {LARGEST_BODY} bytes")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_large(found: str) -> RequestError:
    return RequestError(
        TOO_LARGE,
        "the body is too large",
        found=found,
        expected=f"at most {LARGEST_BODY} bytes: send fewer rows a request",
    )


def _text(headers: dict[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


async def _refuse(send: Send, error: RequestError, allowed: str) -> None:
    # What is left of a body that is too large is dropped by the server as it comes: closing the
    # connection here would take the answer away from a client that is still sending.
    line = " ".join(str(error).split()) + "\n"
    extra = [(b"allow", allowed.encode())] if error.status == METHOD_NOT_ALLOWED else []
    await _answer(send, error.status, "text/plain; charset=utf-8", line.encode(), extra)


async def _answer(
    send: Send, status: int, media: str, body: bytes, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [
        (b"content-type", media.encode()),
        (b"content-length", str(len(body)).encode()),
        *(extra or ()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
