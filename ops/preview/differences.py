"""Where two values differ, by path: nested objects, lists, and JSON inside of texts. Pure.

differences({"a": [{"id": "x", "n": 1}]}, {"a": [{"id": "x", "n": 2}]})
-> (Difference(path="a[x].n", before=1, after=2),)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from ops.preview.statements import canonical_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IDENTITIES: Final = ("Sid", "sid", "id", "Id", "name", "Name", "key", "targetId", "label")
"""What the entries of a list may be told apart by, where all of them have it."""


class Absent(Enum):
    """What stands where a side has nothing: `None` is a value."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True)
class Difference:
    """One place at which two values differ.

    Attributes:
        path: Such as `networkConfiguration.subnetIds` or `rules[old-versions].status`.
        before: What was there, or `ABSENT`.
        after: What is there now, or `ABSENT`.
    """

    path: str
    before: Any
    after: Any


def differences(before: object, after: object, path: str = "") -> tuple[Difference, ...]:
    """Return where the two values differ, in the order of the values."""
    return tuple(_differ(path, before, after))


def _differ(path: str, before: Any, after: Any) -> Iterator[Difference]:  # noqa: ANN401 - any JSON
    if before == after:
        return
    before, after = _opened(before, after)
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _objects(path, cast("dict[str, Any]", before), cast("dict[str, Any]", after))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(path, cast("list[Any]", before), cast("list[Any]", after))
    elif before != after:
        yield Difference(path, before, after)


def _opened(before: Any, after: Any) -> tuple[Any, Any]:  # noqa: ANN401 - any JSON
    """Open two texts that both hold JSON; put policy documents into one order."""
    if isinstance(before, str) and isinstance(after, str):
        left, right = opened(before), opened(after)
        if type(left) is type(right) and not isinstance(left, str):
            before, after = left, right
    return canonical_policy(before), canonical_policy(after)


def opened(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the object or list that a text holds as JSON, or the text."""
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _objects(path: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        yield from _differ(_under(path, name), before.get(name, ABSENT), after.get(name, ABSENT))


def _under(path: str, name: str) -> str:
    shown = name if name.replace("_", "").replace("-", "").isalnum() else f'["{name}"]'
    return f"{path}.{shown}" if path and not shown.startswith("[") else f"{path}{shown}"


def _lists(path: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    identity = _identity(before, after)
    if identity:
        yield from _by_identity(path, before, after, identity)
    elif all(_is_plain(item) for item in (*before, *after)):
        yield Difference(path, before, after)
    else:
        for index in range(max(len(before), len(after))):
            yield from _differ(f"{path}[{index}]", _at(before, index), _at(after, index))


def _by_identity(
    path: str, before: list[Any], after: list[Any], identity: str
) -> Iterator[Difference]:
    old, new = ({str(item[identity]): item for item in side} for side in (before, after))
    found = tuple(
        difference
        for name in dict.fromkeys((*old, *new))
        for difference in _differ(f"{path}[{name}]", old.get(name, ABSENT), new.get(name, ABSENT))
    )
    # The same entries in another order: that is all there is to say of them.
    yield from found or (Difference(path, [*old], [*new]),)


def _identity(before: Sequence[Any], after: Sequence[Any]) -> str:
    """Return the name under which all entries of both lists are told apart; empty for none."""
    return next((name for name in IDENTITIES if _tells_apart(name, before, after)), "")


def _tells_apart(name: str, *sides: Sequence[Any]) -> bool:
    for side in sides:
        values = [
            cast("dict[str, Any]", item).get(name) if isinstance(item, dict) else None
            for item in side
        ]
        if not all(isinstance(value, str | int) for value in values) or len(
            {str(value) for value in values}
        ) != len(values):
            return False
    return any(sides)


def _is_plain(item: object) -> bool:
    return not isinstance(item, dict | list)


def _at(items: Sequence[Any], index: int) -> Any:  # noqa: ANN401 - any JSON
    return items[index] if index < len(items) else ABSENT
