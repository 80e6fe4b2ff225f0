"""Fields of JSON documents that others wrote: each is there and of its type, or refused by name."""

from __future__ import annotations

from typing import Any, cast

from etl.errors import RequestError

Json = dict[str, Any]
"""A JSON object as the standard library reads it."""


def take(document: Json, field: str, where: str) -> Any:  # noqa: ANN401 - a JSON value
    """Return a field that has to be there."""
    if field not in document:
        raise RequestError(f"field {field!r} is missing", where=where, found=repr(sorted(document)))
    return document[field]


def as_object(value: object, where: str) -> Json:
    """Return a value that has to be a JSON object."""
    if not isinstance(value, dict):
        raise RequestError("not an object", where=where, found=repr(value))
    return cast("Json", value)


def as_list(value: object, where: str) -> list[Any]:
    """Return a value that has to be a JSON list with something in it."""
    items = cast("list[Any]", value) if isinstance(value, list) else []
    if not items:
        found = repr(cast("object", value))
        raise RequestError("not a list with something in it", where=where, found=found)
    return items


def one_of(value: object, allowed: tuple[str, ...], where: str) -> str:
    """Return a value that has to be one of a few."""
    if value not in allowed:
        raise RequestError(
            "this version of the ETL does not know it",
            where=where,
            found=repr(value),
            expected=", ".join(allowed),
            do="stage the ETL and the model file of the same commit",
        )
    return str(value)
