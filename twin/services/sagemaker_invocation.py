"""Requests to endpoints: forwarded to the container that is live, errors told as AWS tells them.

It changes nothing in moto: the route stands before moto's dispatcher.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wrappers import Request, Response

from twin.executors.hosting import Host, NotServingError
from twin.services.sagemaker_captures import captures, keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin.cloud import Cloud
    from twin.executors.container_server import Answer
    from twin.wsgi import WsgiEnvironment

PATH: Final = re.compile(r"/endpoints/(?P<name>[^/]+)/invocations")

SIGNATURE: Final = "AWS4-HMAC-SHA256"
"""How the Authorization header of a signed request begins."""

PASSED_ON: Final = ("Content-Type", "Accept", "X-Amzn-SageMaker-Custom-Attributes")
"""Headers that reach a container; SageMaker strips the others."""

LONGEST_MESSAGE: Final = 1_024


class Invocations:
    """The WSGI application behind `/endpoints/<name>/invocations`."""

    def __init__(self, cloud: Cloud, find: Callable[[str], Host | None]) -> None:
        self._cloud = cloud
        self._find = find

    def matches(self, environ: WsgiEnvironment) -> bool:
        """Tell whether a request asks an endpoint."""
        return PATH.fullmatch(environ.get("PATH_INFO", "")) is not None

    def __call__(self, environ: WsgiEnvironment, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        signed = request.headers.get("Authorization", "").startswith(SIGNATURE)
        return self._answer(request, signed=signed)(environ, start_response)

    def _answer(self, request: Request, *, signed: bool) -> Response:
        body = request.get_data(cache=False)
        if request.method != "POST":
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, "an endpoint takes POST")
        name = request.path.split("/")[2]
        host = self._find(name)
        if host is None or not host.config:
            text = f"Endpoint {name} of account {self._cloud.account} not found."
            return _refusal("ValidationError", text, HTTPStatus.NOT_FOUND, signed=signed)
        headers = {key: request.headers[key] for key in PASSED_ON if key in request.headers}
        return self._forward(host, body, headers, signed=signed)

    def _forward(
        self, host: Host, body: bytes, headers: dict[str, str], *, signed: bool
    ) -> Response:
        try:
            variant, answer = host.ask(body, headers)
        except NotServingError as error:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return _refusal("ServiceUnavailable", str(error), status, signed=signed)
        if signed and answer.status >= HTTPStatus.BAD_REQUEST:
            return self._model_error(host, variant, answer)
        self._capture(host, (body, headers.get("Content-Type", "")), answer)
        response = Response(answer.body, answer.status, content_type=answer.content_type)
        response.headers["x-Amzn-Invoked-Production-Variant"] = variant
        return response

    def _capture(self, host: Host, request: tuple[bytes, str], answer: Answer) -> None:
        """Keep request and answer, if the endpoint does and this one is of the sample."""
        spec = host.spec
        if spec is None or answer.status >= HTTPStatus.BAD_REQUEST or not captures(spec.capture):
            return
        now = datetime.now(UTC)
        self._cloud.start(
            f"capture {spec.endpoint}", lambda: keep(self._cloud, spec, request, answer, now)
        )

    def _model_error(self, host: Host, variant: str, answer: Answer) -> Response:
        """Return what SageMaker says when the container refused a request."""
        said = answer.body.decode("utf-8", "replace")[:LONGEST_MESSAGE].strip()
        log = f"arn:aws:logs:{self._cloud.region}:{self._cloud.account}:log-group:{host.log_group}"
        side = "client" if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR else "server"
        text = (
            f'Received {side} error ({answer.status}) from {variant} with message "{said}". '
            f"See {host.log_group} in account {self._cloud.account} for more information."
        )
        document = {
            "Message": text,
            "OriginalStatusCode": answer.status,
            "OriginalMessage": said,
            "LogStreamArn": log,
        }
        return _error("ModelError", document, HTTPStatus.FAILED_DEPENDENCY)


def _refusal(code: str, text: str, status: HTTPStatus, *, signed: bool) -> Response:
    if not signed:
        return _plain(status, text)
    # SageMaker's ValidationError is a 400, whatever was wrong
    real = HTTPStatus.BAD_REQUEST if code == "ValidationError" else status
    return _error(code, {"Message": text}, real)


def _error(code: str, document: dict[str, Any], status: HTTPStatus) -> Response:
    response = Response(json.dumps(document), status, content_type="application/json")
    response.headers["x-amzn-errortype"] = code
    return response


def _plain(status: HTTPStatus, text: str) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")
