"""What AWS checks in a request beyond its types: lengths, ranges, patterns, closed sets.

botocore's own validation leaves these to the service; the service model says them all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

LONGEST_VALUE: Final = 80
"""Characters of a refused value that the message shows."""

JAVA_LETTERS_AND_MORE: Final = r"\p{L}\p{Z}\p{N}_"
"""The one Java character class of AWS's tag patterns; Python's is close enough."""

Check = Callable[[Any, Any, str], Iterator[str]]


def problems_of(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Yield each way in which a value breaks its shape in a service model, in AWS's words."""
    if getattr(shape, "is_document_type", False):
        return
    types = TYPES.get(shape.type_name)
    if types and (not isinstance(value, types) or (types == (int,) and isinstance(value, bool))):
        yield _refused(value, path, f"be of type {shape.type_name}")
        return
    yield from CHECKS.get(shape.type_name, _nothing)(shape, value, path)


def message_of(problems: list[str]) -> str:
    """Return problems as the one message of AWS's ValidationException."""
    count = len(problems)
    return f"{count} validation error{'s' * (count > 1)} detected: {'; '.join(problems)}"


def _refused(value: Any, path: str, rule: str) -> str:
    shown = str(value)[:LONGEST_VALUE]
    return f"Value '{shown}' at '{path}' failed to satisfy constraint: Member must {rule}"


def _nothing(_shape: Any, _value: Any, _path: str) -> Iterator[str]:
    yield from ()


def _structure(shape: Any, value: Any, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield _refused("null", _join(path, name), "not be null")
    for name, member in shape.members.items():
        if name in value:
            yield from problems_of(member, value[name], _join(path, name))


def _map(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _length(shape, value, path)
    for key, item in value.items():
        yield from problems_of(shape.key, key, f"{path}.key")
        yield from problems_of(shape.value, item, f"{path}.{key}")


def _list(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _length(shape, value, path)
    for number, item in enumerate(value, 1):
        yield from problems_of(shape.member, item, f"{path}.{number}")


def _string(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _length(shape, value, path)
    if shape.enum and value not in shape.enum:
        yield _refused(value, path, f"satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern.replace(JAVA_LETTERS_AND_MORE, r"\w\s"), value):
        yield _refused(value, path, f"satisfy regular expression pattern: {pattern}")


def _length(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _bounds(shape, value, len(value), path, "have length ")


def _integer(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _bounds(shape, value, value, path, "have value ")


def _bounds(shape: Any, value: Any, size: int, path: str, what: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _refused(value, path, f"{what}greater than or equal to {least}")
    if most is not None and size > most:
        yield _refused(value, path, f"{what}less than or equal to {most}")


def _join(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


TYPES: Final[dict[str, tuple[type, ...]]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
}

CHECKS: Final[dict[str, Check]] = {
    "structure": _structure,
    "map": _map,
    "list": _list,
    "string": _string,
    "integer": _integer,
}
