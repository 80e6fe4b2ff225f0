"""What AWS refuses in a request before it looks at anything else: patterns, lengths, choices.

boto3 checks types and required members on the client's side; the rest of what the service model
says is checked by the service, and by nobody in moto. Pure.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 100


def violations(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Return what is wrong with a value, in AWS's words; `shape` is botocore's or moto's."""
    if value is None:
        return
    if shape.type_name == "structure":
        yield from _members(shape, value, path)
    elif shape.type_name == "list":
        yield from _bounds(shape, value, path)
        for index, item in enumerate(value, start=1):
            yield from violations(shape.member, item, f"{path}.{index}.member")
    elif shape.type_name == "map":
        yield from _bounds(shape, value, path)
        for key, item in value.items():
            yield from violations(shape.key, key, path)
            yield from violations(shape.value, item, f"{path}.{key}.member")
    else:
        yield from _bounds(shape, value, path)
        yield from _words(shape, value, path)


def render(found: list[str]) -> str:
    """Return the message of the exception that AWS raises for violations."""
    errors = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {errors} detected: {'; '.join(found)}"


def _members(shape: Any, value: Any, path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        place = name[0].lower() + name[1:]
        yield from violations(member, value.get(name), f"{path}.{place}" if path else place)


def _bounds(shape: Any, value: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    is_number = isinstance(value, int | float)
    quality = "value" if is_number else "length"
    if low is not None and (value if is_number else len(value)) < low:
        yield _violation(value, path, f"Member must have {quality} greater than or equal to {low}")
    if high is not None and (value if is_number else len(value)) > high:
        yield _violation(value, path, f"Member must have {quality} less than or equal to {high}")


def _words(shape: Any, value: Any, path: str) -> Iterator[str]:
    choices = shape.metadata.get("enum")
    if choices and value not in choices:
        yield _violation(value, path, f"Member must satisfy enum value set: [{', '.join(choices)}]")
    pattern = shape.metadata.get("pattern")
    compiled = _compile(pattern) if pattern else None
    if compiled and not compiled.fullmatch(value):
        yield _violation(value, path, f"Member must satisfy regular expression pattern: {pattern}")


@cache
def _compile(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None  # Java's dialect: such a pattern stays unchecked


def _violation(value: Any, path: str, constraint: str) -> str:
    return f"Value '{str(value)[:SHOWN]}' at '{path}' failed to satisfy constraint: {constraint}"
