"""What AWS refuses in a request before it looks at anything else, after botocore's models.

Required members, patterns, lengths, number ranges, choices. boto3 checks types and required members
on the client's side; the rest is checked by the service, and by nobody in moto. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin.calls.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN: Final = 100


def violations(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Return what is wrong with a value, in AWS's words; `shape` is botocore's or moto's."""
    check = CHECKS.get(shape.type_name)
    if check is not None and value is not None:
        yield from check(shape, value, path)


def render(found: list[str]) -> str:
    """Return the message of the exception that AWS raises for violations."""
    errors = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {errors} detected: {'; '.join(found)}"


def _structure(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.is_document_type:
        return
    for name in shape.required_members:
        if value.get(name) is None:
            place = _place(path, name)
            yield f"Value null at '{place}' failed to satisfy constraint: Member must not be null"
    members = shape.members
    for name, item in value.items():
        if name in members:
            yield from violations(members[name], item, _place(path, name))


def _place(path: str, name: str) -> str:
    place = name[0].lower() + name[1:]
    return f"{path}.{place}" if path else place


def _list(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _bounds(shape, value, len(value), "length", path)
    for index, item in enumerate(value, start=1):
        yield from violations(shape.member, item, f"{path}.{index}.member")


def _map(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _bounds(shape, value, len(value), "length", path)
    for key, item in value.items():
        yield from violations(shape.key, key, path)
        yield from violations(shape.value, item, f"{path}.{key}.member")


def _number(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _bounds(shape, value, value, "value", path)


def _text(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _bounds(shape, value, len(value), "length", path)
    metadata = shape.metadata
    choices = metadata.get("enum")
    if choices and value not in choices:
        yield _violation(value, path, f"Member must satisfy enum value set: [{', '.join(choices)}]")
    pattern = metadata.get("pattern")
    compiled = compile_pattern(pattern) if pattern else None
    if compiled and not compiled.fullmatch(value):
        yield _violation(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _bounds(shape: Any, value: Any, size: float, quality: str, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield _violation(value, path, f"Member must have {quality} greater than or equal to {low}")
    if high is not None and size > high:
        yield _violation(value, path, f"Member must have {quality} less than or equal to {high}")


def _violation(value: Any, path: str, constraint: str) -> str:
    return f"Value '{str(value)[:SHOWN]}' at '{path}' failed to satisfy constraint: {constraint}"


CHECKS: Final = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _text,
    "blob": _text,
    **dict.fromkeys(("integer", "long", "short", "byte", "float", "double"), _number),
}
"""What holds a value of each kind; times and truths have no constraints."""
