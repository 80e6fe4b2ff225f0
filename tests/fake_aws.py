"""A fake of AWS for unit tests: takes what botocore's models allow, answers what they promise.

It keeps no state. Each request is checked against the service's model (unknown, missing and
mistyped parameters are refused as botocore refuses them) and recorded; the answer is made from the
model's output shape, each member with a plausible value, unless a test gave another one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import ListShape, StructureShape
from botocore.session import get_session
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from botocore.model import ServiceModel, Shape

DEEPEST = 5
"""How deep an answer goes: some shapes hold themselves."""


@dataclass(frozen=True)
class Request:
    """What one service was asked."""

    service: str
    operation: str
    parameters: Mapping[str, Any]


@dataclass
class FakeAws:
    """Clients of every service: `FakeAws()("s3").create_bucket(Bucket="b")`."""

    requests: list[Request] = field(default_factory=list[Request])
    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    """What an operation answers instead, or the exception that it raises, by its name."""

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

    def get_paginator(self, method: str) -> FakePaginator:
        """Return what goes through the pages of an operation: there is one."""
        return FakePaginator(partial(self._call, method))

    def _call(self, method: str, /, **parameters: Any) -> Any:
        operation = self._model.operation_model(self._operations[method])
        if operation.input_shape is not None:
            report = ParamValidator().validate(parameters, operation.input_shape)
            if report.has_errors():
                raise ParamValidationError(report=report.generate_report())
        self._aws.requests.append(Request(self._service, method, parameters))
        answer = self._aws.answers.get(method)
        if isinstance(answer, Exception):
            raise answer
        return answer if answer is not None else example(operation.output_shape)


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


def example(shape: Shape | None, name: str = "", depth: int = 0) -> Any:
    """Return a value of a shape: maps are empty, lists have one element."""
    if isinstance(shape, StructureShape):
        members = shape.members if depth <= DEEPEST else {}
        return {key: example(member, key, depth + 1) for key, member in members.items()}
    if isinstance(shape, ListShape):
        return [example(shape.member, name, depth + 1)]
    return _scalar(shape, name) if shape is not None and shape.type_name != "map" else {}


def _scalar(shape: Shape, name: str) -> Any:
    if shape.type_name == "string":
        allowed: list[str] = getattr(shape, "enum", [])
        least = int(shape.metadata.get("min", 0))
        return allowed[0] if allowed else (name.lower() or "text").ljust(least, "-")
    if shape.type_name == "timestamp":
        return datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    if shape.type_name == "boolean":
        return True
    return b"" if shape.type_name == "blob" else 1
