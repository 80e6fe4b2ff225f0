"""Which operation of which service a request asks for, with what, and signed by whom.

After botocore's models, whatever the protocol: moto's routers and parsers read them. What is not
signed is no AWS request (a question to an endpoint over plain HTTP), and neither is a service that
botocore does not know: both are None here, and go on to whoever answers them.
"""

from __future__ import annotations

import gzip
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.model import OperationNotFoundError
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.wsgi import WsgiEnvironment

CREDENTIAL: Final = re.compile(
    r"Credential=(?P<key>[^/,]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/"
)

SIGNED_AS: Final = {
    "airflow": "mwaa",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
}
"""Names that requests are signed with, where boto3 calls the service by another."""

REST: Final = ("rest-json", "rest-xml")
UNREAD: Final = b""
"""Stands for a body that is the caller's data (an object, a row for an endpoint)."""


class UnreadableCallError(Exception):
    """The request has an operation, but its body is not of that operation's form."""

    def __init__(self, call: Call, cause: Exception) -> None:
        super().__init__(str(cause))
        self.call = call


@dataclass(frozen=True)
class Call:
    """A request to an operation.

    Attributes:
        service: As boto3 names it.
        operation: Such as `CreateTrainingJob`.
        protocol: Such as `json`.
        model: botocore's model of the operation.
        parameters: What the client sent, by the model's names; `UNREAD` for the caller's data.
        access_key: What it is signed with.
    """

    service: str
    operation: str
    protocol: str
    model: Any
    parameters: Mapping[str, Any]
    access_key: str


def read_call(environ: WsgiEnvironment) -> Call | None:
    """Return what a request asks for; the request can still be read by who answers it.

    Raises:
        UnreadableCallError: the body is no JSON, or a number is none, and the like.
    """
    signed = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not signed:
        return None
    service = _service(signed["service"], environ)
    try:
        model: Any = get_service_model(service)
    except (UnknownServiceError, DataNotFoundError):
        return None
    request = Request(environ)
    protocol = determine_request_protocol(model, request.content_type)
    operation, labels = _operation(service, protocol, model, request)
    if operation is None:
        return None
    empty = Call(service, operation.name, protocol, operation, {}, signed["key"])
    try:
        parameters = _parameters(empty, request, labels)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise UnreadableCallError(empty, error) from error
    return Call(service, operation.name, protocol, operation, parameters, signed["key"])


def _service(signed_as: str, environ: WsgiEnvironment) -> str:
    if signed_as == "sagemaker" and "HTTP_X_AMZ_TARGET" not in environ:
        return "sagemaker-runtime"
    return SIGNED_AS.get(signed_as, signed_as)


def _operation(
    service: str, protocol: str, model: Any, request: Request
) -> tuple[Any, Mapping[str, str]]:
    """Return the operation's model and what the path names; no model if there is none."""
    try:
        if protocol in REST:
            return get_service_router(service).match(request)
        _buffer(request)
        target = request.headers.get("X-Amz-Target", "")
        name = target.rsplit(".", 1)[-1] or request.values.get("Action", "")
        return model.operation_model(name), {}
    except (HTTPException, OperationNotFoundError):
        return None, {}


def _parameters(call: Call, request: Request, labels: Mapping[str, str]) -> Mapping[str, Any]:
    shape = call.model.input_shape
    if shape is None:
        return {}
    is_rest = call.protocol in REST
    payload = shape.serialization.get("payload")
    is_data = is_rest and payload and shape.members[payload].type_name == "blob"
    body = UNREAD if is_data else _buffer(request)
    parser: Any = PROTOCOL_PARSERS[call.protocol](call.model)
    found: dict[str, Any] = parser.parse(
        {
            "method": request.method,
            "values": request.args if is_rest else request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": labels,
        }
    )
    return {**found, payload: UNREAD} if is_data else found


def _buffer(request: Request) -> bytes:
    """Return a request's body, and leave it to be read again by who answers the request."""
    body = request.get_data(cache=True, parse_form_data=False)
    request.environ["wsgi.input"] = io.BytesIO(body)
    is_packed = request.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(body) if is_packed else body
