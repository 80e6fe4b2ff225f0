"""What went wrong with a resource, said in the program's own terms."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from twin.errors import TwinError, shorten
from twin.resources.inputs import leaves

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SHORTEST_CLUE = 4
"""Characters that a value must have to be recognised in a service's message."""

LONGEST_VALUE = 120
"""Characters of a property's value that an error shows."""

SERVER_ERROR = 500
"""HTTP status from which on the fault is the twin's own."""


def unknown_type(token: str, name: str, known: Collection[str], module: str) -> TwinError:
    """Return the error for a token that the twin has no code for."""
    near = difflib.get_close_matches(token, known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return TwinError(
        f"the twin does not know this type{hint}",
        resource=f"{token} {name}".strip(),
        expected=f"one of the {len(known)} types that twin/resources/registry.py lists",
        do=f"correct the program, or add the type to {module}",
    )


def unused_properties(where: str, paths: Collection[str], module: str) -> TwinError:
    """Return the error for properties that the handler of the type does not carry out."""
    return TwinError(
        "the twin does not carry out every property",
        resource=where,
        found=", ".join(paths),
        expected="properties that do here what they do on AWS",
        do=f"leave them out, or carry them out in {module}",
    )


def refused(
    error: ClientError | BotoCoreError, where: str, values: Mapping[str, object]
) -> TwinError:
    """Return the error for a request that the service, or its client, did not take."""
    cause, message = _cause(error)
    blamed = blamed_properties(values, message)
    return TwinError(
        cause,
        resource=where,
        found="; ".join(f"{path} = {shorten(repr(v), LONGEST_VALUE)}" for path, v in blamed),
        do=_advice(error, [path for path, _ in blamed]),
    )


def blamed_properties(values: Mapping[str, object], message: str) -> list[tuple[str, object]]:
    """Return the properties that a service's message is about: by their value, else by name."""
    every = [(path, value) for path, value in leaves(dict(values)) if not isinstance(value, bytes)]
    by_value = [
        (path, value)
        for path, value in every
        if len(str(value)) >= SHORTEST_CLUE and str(value) in message
    ]
    lowered = message.lower()
    return by_value or [
        (path, value)
        for path, value in every
        if path.rsplit(".", 1)[-1].split("[")[0].lower() in lowered
    ]


def _cause(error: ClientError | BotoCoreError) -> tuple[str, str]:
    """Return what happened as one sentence, and the service's own message."""
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        message = details.get("Message", "")
        code = details.get("Code", "")
        verb = "failed in the twin" if _is_own_fault(error) else "was refused"
        return f"{error.operation_name} {verb}: {code}: {message}", message
    message = str(error)
    if isinstance(error, ParamValidationError):
        message = " ".join(message.split())
    return message, message


def _is_own_fault(error: ClientError | BotoCoreError) -> bool:
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= SERVER_ERROR


def _advice(error: ClientError | BotoCoreError, blamed: list[str]) -> str:
    if _is_own_fault(error):
        return "this service lacks something in the twin: see twin/services"
    return f"correct {', '.join(blamed) or 'the resource'} where the program creates it"
