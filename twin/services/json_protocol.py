"""Requests and answers of the services that speak JSON, as moto hands them to an operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.responses import BaseResponse

    Operation = Callable[[Any, dict[str, Any]], dict[str, Any]]


def parameters(request: BaseResponse) -> dict[str, Any]:
    """Return what the client sent."""
    body: Any = request.body
    found: dict[str, Any] = json.loads(body or "{}")
    return found


def add_operations(response: type[BaseResponse], operations: dict[str, Operation]) -> None:
    """Give a response class operations; each takes the request and what the client sent."""
    for name, operation in operations.items():
        setattr(response, name, _answering(operation))


def _answering(operation: Operation) -> Callable[[BaseResponse], str]:
    def answer(request: BaseResponse) -> str:
        return json.dumps(operation(request, parameters(request)))

    return answer
