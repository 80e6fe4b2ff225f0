"""A service that speaks rest-json, after botocore's model of it.

For a service that moto does not have at all. Requests are checked as AWS checks them, all problems
together; answers are held against the model too, so that the twin says nothing which a real client
could not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl, unquote

import botocore.session
from botocore.validate import ParamValidator

from twin.calls.shapes import render, violations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.wsgi import WsgiEnvironment

Parameters = Mapping[str, Any]
Operation = Callable[[Parameters], Mapping[str, Any]]

LABEL: Final = re.compile(r"\{(\w+)\}")


class ServiceError(Exception):
    """What the service answers instead: one of the errors of its model, by name and members."""

    def __init__(self, name: str, status: HTTPStatus, members: Mapping[str, Any]) -> None:
        super().__init__(f"{name}: {members}")
        self.name = name
        self.status = status
        self.members = members


def validation_error(message: str) -> ServiceError:
    """Return the error for a request that the service does not take."""
    return ServiceError("ValidationException", HTTPStatus.BAD_REQUEST, {"message": message})


def not_found(message: str) -> ServiceError:
    """Return the error for something that is not there."""
    return ServiceError("ResourceNotFoundException", HTTPStatus.NOT_FOUND, {"message": message})


class RestJsonService:
    """A WSGI application: reads a request, has its operation answer, writes the answer."""

    def __init__(self, name: str, operations: Mapping[str, Operation]) -> None:
        self._operations = operations
        # Any: botocore's models carry no types
        self._model: Any = botocore.session.get_session().get_service_model(name)

    def __call__(self, environ: WsgiEnvironment, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        try:
            return _write(start_response, HTTPStatus.OK, self._answer(environ))
        except ServiceError as error:
            return _write(start_response, error.status, error.members, error.name)

    def _answer(self, environ: WsgiEnvironment) -> Mapping[str, Any]:
        operation, labels = self._find(environ)
        answer_to = self._operations.get(operation.name)
        if answer_to is None:
            raise validation_error(f"the twin does not carry out {operation.name}")
        parameters = _parameters(operation.input_shape, labels, environ)
        _require_allowed(operation.input_shape, parameters)
        return _held(answer_to(parameters), operation)

    def _find(self, environ: WsgiEnvironment) -> tuple[Any, Mapping[str, str]]:
        """Return the operation of the model that method and path name, and the path's labels."""
        method, path = environ["REQUEST_METHOD"], _raw_path(environ)
        for name in self._model.operation_names:
            operation = self._model.operation_model(name)
            template = LABEL.sub(r"(?P<\1>[^/]+)", operation.http["requestUri"])
            match = re.fullmatch(template, path)
            if match and operation.http["method"] == method:
                return operation, {key: unquote(text) for key, text in match.groupdict().items()}
        raise not_found(f"no operation answers {method} {path}")


def _require_allowed(shape: Any, parameters: Parameters) -> None:
    """Refuse what the model does not allow, all problems together."""
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise validation_error(" ".join(report.generate_report().split()))
    found = list(violations(shape, parameters))
    if found:
        raise validation_error(render(found))


def _held(answer: Mapping[str, Any], operation: Any) -> Mapping[str, Any]:
    report = ParamValidator().validate(answer, operation.output_shape)
    if report.has_errors():
        raise TypeError(f"{operation.name} answered: {report.generate_report()}")
    return answer


def _raw_path(environ: WsgiEnvironment) -> str:
    """Return the path as it was sent: an ARN in it has its slashes encoded."""
    return str(environ.get("RAW_URI") or environ["PATH_INFO"]).partition("?")[0]


def _parameters(shape: Any, labels: Mapping[str, str], environ: WsgiEnvironment) -> dict[str, Any]:
    """Return what the client sent: in the path, in the query string, in the body."""
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    found = _body(environ)
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        values = [value for key, value in query if key == wire]
        if member.serialization.get("location") == "uri":
            found[name] = labels[wire]
        elif values:
            found[name] = _typed(member, values)
    return found


def _typed(shape: Any, values: list[str]) -> Any:
    if shape.type_name == "list":
        return values
    number = shape.type_name == "integer" and values[0].isdigit()
    return int(values[0]) if number else values[0]


def _body(environ: WsgiEnvironment) -> dict[str, Any]:
    text = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        found: object = json.loads(text or b"{}")
    except ValueError as error:
        raise validation_error(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise validation_error("the body is no JSON object")
    return cast("dict[str, Any]", found)


def _write(
    start_response: Any, status: HTTPStatus, members: Mapping[str, Any], error: str = ""
) -> Iterable[bytes]:
    body = json.dumps(members, default=_epoch).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if error:
        headers.append(("x-amzn-ErrorType", error))
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]


def _epoch(value: object) -> float:
    """Return a timestamp as rest-json writes it."""
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"no JSON for {type(value).__name__}")
