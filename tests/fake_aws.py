"""A fake of AWS for unit tests: takes what botocore's models allow, answers what they promise.

It keeps no state. Each request is checked against the service's model (unknown, missing and
mistyped parameters are refused as botocore refuses them; enums, patterns and lengths as the service
does) and recorded; the answer is made from the model's output shape, each member with a plausible
value, unless a test gave another one.
"""

from __future__ import annotations

import datetime
import inspect
import io
import re
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.errorfactory import ClientExceptionsFactory
from botocore.exceptions import ClientError, ParamValidationError
from botocore.handlers import handle_copy_source_param
from botocore.model import ListShape, StructureShape
from botocore.response import StreamingBody
from botocore.session import get_session
from botocore.validate import ParamValidator

from twin.calls.shapes import violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from botocore.model import OperationModel, ServiceModel, Shape

DEEPEST = 5
"""How deep an answer goes: some shapes hold themselves."""


@dataclass(frozen=True)
class Request:
    """What one service was asked.

    Attributes:
        callers: File and name of each function that was under way, the innermost first.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    callers: tuple[tuple[str, str], ...] = ()


@dataclass
class FakeAws:
    """Clients of every service: `FakeAws()("s3").create_bucket(Bucket="b")`."""

    requests: list[Request] = field(default_factory=list[Request])
    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    """What an operation answers instead, by its name: a value, a function of what was asked, or an
    exception that is raised."""

    def __call__(self, service: str) -> FakeClient:
        """Return the client of a service."""
        return FakeClient(self, service)

    def asked(self, operation: str) -> Mapping[str, Any]:
        """Return the parameters of the one request of this name."""
        (found,) = [request for request in self.requests if request.operation == operation]
        return found.parameters

    def refuse(self, operation: str, code: str, message: str) -> None:
        """Let an operation be refused from now on."""
        error: Any = {"Error": {"Code": code, "Message": message}}
        self.answers[operation] = ClientError(error, operation)


class FakeClient:
    """A client of one service; its methods are those of boto3's."""

    def __init__(self, aws: FakeAws, service: str) -> None:
        self._aws = aws
        self._service = service
        self._model = service_model(service)
        self._operations = {xform_name(name): name for name in self._model.operation_names}

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method not in self._operations:
            raise AttributeError(f"{self._service} has no operation {method}")
        return partial(self._call, method)

    @property
    def exceptions(self) -> Any:
        """Return the service's errors, as boto3's client offers them."""
        return client_exceptions(self._service)

    def get_paginator(self, method: str) -> FakePaginator:
        """Return what goes through the pages of an operation: there is one."""
        return FakePaginator(partial(self._call, method))

    def _call(self, method: str, /, **parameters: Any) -> Any:
        operation = self._model.operation_model(self._operations[method])
        handle_copy_source_param(parameters)
        if operation.input_shape is not None:
            report = ParamValidator().validate(parameters, operation.input_shape)
            if report.has_errors():
                raise ParamValidationError(report=report.generate_report())
            refused = "; ".join(violations(operation.input_shape, _without_files(parameters)))
            if refused:
                raise ParamValidationError(report=refused)
        self._aws.requests.append(Request(self._service, method, parameters, tuple(_callers())))
        answer = self._aws.answers.get(method)
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(**parameters)
        return answer if answer is not None else _answer(operation)


@dataclass(frozen=True)
class FakePaginator:
    """Goes through the one page of an answer."""

    call: Callable[..., Any]

    def paginate(self, **parameters: Any) -> Iterator[Any]:
        """Ask once."""
        yield self.call(**parameters)


@cache
def service_model(service: str) -> ServiceModel:
    """Return botocore's model of a service."""
    return get_session().get_service_model(service)


@cache
def client_exceptions(service: str) -> Any:
    """Return the classes of a service's errors."""
    return ClientExceptionsFactory().create_client_exceptions(service_model(service))


def _without_files(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if not hasattr(value, "read")}


def _callers() -> Iterator[tuple[str, str]]:
    frame = inspect.currentframe()
    while frame:
        yield frame.f_code.co_filename, frame.f_code.co_name
        frame = frame.f_back


def _answer(operation: OperationModel) -> Any:
    """Return what an operation answers; a body comes as something to read, as boto3 has it."""
    found, shape = example(operation.output_shape), operation.output_shape
    if shape is not None and operation.has_streaming_output:
        found[shape.serialization["payload"]] = StreamingBody(io.BytesIO(), 0)
    return found


def example(shape: Shape | None, name: str = "", depth: int = 0) -> Any:
    """Return a value of a shape: maps are empty, lists have one element."""
    if isinstance(shape, StructureShape):
        members = shape.members if depth <= DEEPEST else {}
        return {key: example(member, key, depth + 1) for key, member in members.items()}
    if isinstance(shape, ListShape):
        return [example(shape.member, name, depth + 1)]
    if shape is None or shape.type_name == "map":
        return {}
    return _text(shape, name) if shape.type_name == "string" else _scalar(shape)


def _text(shape: Shape, name: str) -> str:
    allowed: list[str] = getattr(shape, "enum", [])
    least = int(shape.metadata.get("min", 0))
    text = _arn(shape, name) if name.lower().endswith("arn") else name.lower()
    return allowed[0] if allowed else (text or "text").ljust(least, "-")


def _arn(shape: Shape, name: str) -> str:
    """Return an ARN of the service that the shape's pattern names, if it names one."""
    said = re.search(r":([a-z][a-z0-9-]+):", shape.metadata.get("pattern", ""))
    service = said[1] if said else "service"
    return f"arn:aws:{service}:us-east-1:123456789012:{name.lower()}"


def _scalar(shape: Shape) -> Any:
    if shape.type_name == "timestamp":
        return datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    if shape.type_name == "boolean":
        return True
    return b"" if shape.type_name == "blob" else 1
