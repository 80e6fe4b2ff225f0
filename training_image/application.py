"""A model as an ASGI application: as little between a request and ONNX Runtime as there can be.

Rows are predicted on the event loop; one request keeps others waiting no longer than its own rows
take.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sized
from typing import TYPE_CHECKING, Any, Final

import orjson

from training_image.answers import answers_of
from training_image.batch import Batcher
from training_image.errors import PredictionError, RequestError
from training_image.logs import FIELDS
from training_image.media import JSON, negotiate
from training_image.meter import Meter
from training_image.payload import RowReader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from training_image.features import Features
    from training_image.schema import Schema

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

NOT_FOUND: Final = 404
METHOD_NOT_ALLOWED: Final = 405
TOO_LARGE: Final = 413
INTERNAL: Final = 500

METHODS: Final = {"/ping": "GET", "/invocations": "POST", "/execution-parameters": "GET"}
TEXT: Final = "text/plain; charset=utf-8"

ECHOED: Final = (
    b"x-amzn-sagemaker-custom-attributes",  # forwarded by SageMaker in both directions
    b"x-amzn-sagemaker-inference-id",
    b"x-amzn-requestid",
    b"x-request-id",
)
LONGEST_ECHO: Final = 1_024
_VISIBLE: Final = bytes(range(0x20, 0x7F))

logger = logging.getLogger(__name__)


class DisconnectedError(Exception):
    """The client went away in the middle of its request."""


class Application:
    """Answers requests with one model's predictions."""

    def __init__(
        self,
        schema: Schema,
        predict: Callable[[Features], NDArray[np.float32]],
        *,
        classes: tuple[str, ...] = (),
        workers: int = 1,
        largest_body: int = 6 * 1024 * 1024,
        meter: Meter | None = None,
    ) -> None:
        self._reader = RowReader(schema)
        self._answers = answers_of(classes)
        self._batcher = Batcher(
            self._reader, lambda features: self._answers.rows(predict(features))
        )
        self.under_way: Sized = ()
        """The requests that the server is at; its own collection, where it has one."""

        self._largest = largest_body
        self._meter = meter or Meter()
        self._parameters = orjson.dumps(
            {
                "MaxConcurrentTransforms": workers,
                "BatchStrategy": "MULTI_RECORD",
                "MaxPayloadInMB": largest_body // 1024 // 1024,
            }
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = time.perf_counter()
        headers = dict(scope["headers"])
        echoed = _echo(headers)
        try:
            status, media, content = await self._answer(scope, headers, receive)
        except RequestError as error:
            status, media, content = _refusal(error)
            if status == METHOD_NOT_ALLOWED:
                echoed.append((b"allow", METHODS[scope["path"]].encode()))
        except DisconnectedError:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            status, media, content = _failure(error, echoed)
        answered = [
            (b"content-type", media.encode()),
            (b"content-length", b"%d" % len(content)),
            *echoed,
        ]
        await send({"type": "http.response.start", "status": status, "headers": answered})
        await send({"type": "http.response.body", "body": content})
        if scope["path"] == "/invocations":
            self._meter.count(status, time.perf_counter() - began)

    async def _answer(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive
    ) -> tuple[int, str, bytes]:
        path, method = scope["path"], scope["method"]
        if method != METHODS.get(path):
            raise _wrong_target(path, method)
        if path == "/ping":
            return 200, TEXT, b""
        if path == "/execution-parameters":
            return 200, JSON, self._parameters
        # Both before the body: what is refused anyway is not read.
        asked, media = negotiate(headers.get(b"content-type", b""), headers.get(b"accept", b""))
        self._check_length(headers)
        message = await receive()
        whole = message["type"] == "http.request" and not message.get("more_body")
        body = self._within(message["body"]) if whole else await self._body(message, receive)
        rows = self._reader.split(asked, body)
        alone = len(self.under_way) < 2  # noqa: PLR2004 - this one
        batcher = self._batcher
        answers = batcher.answer_alone(rows) if alone else await batcher.answer(rows)
        return 200, media, self._answers.render(media, answers)

    def _check_length(self, headers: dict[bytes, bytes]) -> None:
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._largest:
            raise self._too_large(f"{int(declared)} bytes")

    async def _body(self, message: Message, receive: Receive) -> bytes:
        """Return a body that comes in pieces, of which there is the first one."""
        chunks: list[bytes] = []
        size = 0
        while True:
            if message["type"] != "http.request":
                raise DisconnectedError
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._largest:
                raise self._too_large(f"more than {self._largest} bytes")
            if not message.get("more_body"):
                return b"".join(chunks)
            message = await receive()

    def _within(self, body: bytes) -> bytes:
        if len(body) > self._largest:
            raise self._too_large(f"{len(body)} bytes")
        return body

    def _too_large(self, found: str) -> RequestError:
        return RequestError(
            TOO_LARGE,
            "the body is too large",
            found=found,
            expected=f"at most {self._largest} bytes: send fewer rows a request",
        )


def _wrong_target(path: str, method: str) -> RequestError:
    allowed = METHODS.get(path)
    if allowed is None:
        return RequestError(
            NOT_FOUND, "no such path", found=repr(path[:160]), expected=" or ".join(METHODS)
        )
    return RequestError(
        METHOD_NOT_ALLOWED, f"{path} takes another method", found=method, expected=allowed
    )


def _echo(headers: dict[bytes, bytes]) -> Headers:
    """Return the ids that a client finds its answer by, as they came."""
    found = [(name, headers[name]) for name in ECHOED if name in headers]
    return [
        (name, value)
        for name, value in found
        if len(value) <= LONGEST_ECHO and not value.translate(None, _VISIBLE)
    ]


def _refusal(error: RequestError) -> tuple[int, str, bytes]:
    # What is left of a body that is too large is dropped by the server as it comes: closing the
    # connection here would take the answer away from a client that is still sending.
    return error.status, TEXT, (" ".join(str(error).split()) + "\n").encode()


def _failure(error: Exception, echoed: Headers) -> tuple[int, str, bytes]:
    ids = {name.decode(): value.decode() for name, value in echoed}
    logger.error("a request could not be answered", exc_info=error, extra={FIELDS: ids})
    told = f"{error}; " if isinstance(error, PredictionError) else "internal error; "
    return INTERNAL, TEXT, f"{told}see the log\n".encode()
