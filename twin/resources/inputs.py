"""The inputs of one resource, and which of them were carried out.

A property that a handler never looks at would silently do nothing in the twin while it does
something on AWS. So each look is recorded, and the factory refuses a resource with a property
that nobody looked at.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Inputs:
    """A block of properties under the provider's camelCase names.

    `None` and a missing property are the same, as they are to the provider.
    """

    def __init__(self, values: Mapping[str, Any], path: str = "") -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self._path = path
        self._seen: set[str] = set()
        self._inner: list[Inputs] = []

    def get(self, name: str) -> Any:
        """Return a property with all that lies in it, or None."""
        self._seen.add(name)
        return self._values.get(name)

    def optional(self, name: str) -> str | None:
        """Return a text; None when it is missing or empty."""
        value = self.get(name)
        if value is not None and not isinstance(value, str):
            raise self._mistyped(name, value, "a text")
        return value or None

    def text(self, name: str) -> str:
        """Return a text that has to be there."""
        value = self.optional(name)
        if value is None:
            raise TwinError(
                f"{self.path_of(name)} is missing",
                expected="a text",
                do=f"give the resource a value for {name}",
            )
        return value

    def items(self, name: str) -> list[Any]:
        """Return a list; an empty one when it is missing."""
        value = self.get(name)
        if value is not None and not isinstance(value, list):
            raise self._mistyped(name, value, "a list")
        return cast("list[Any]", value or [])

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean."""
        value = self.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._mistyped(name, value, "true or false")
        return value

    def document(self, name: str) -> str | None:
        """Return a JSON document as text, be it given as text or as an object."""
        value = self.get(name)
        return value if value is None or isinstance(value, str) else json.dumps(value)

    def pick(self, **names: str) -> dict[str, Any]:
        """Return the properties that are given, under the service's names for them.

        Example:
            `inputs.pick(cidrBlock="CidrBlock")` is `{"CidrBlock": "10.0.0.0/16"}`.
        """
        found = {theirs: self.get(ours) for ours, theirs in names.items()}
        return {name: value for name, value in found.items() if value is not None}

    def block(self, name: str) -> Inputs:
        """Return a nested block; an empty one when it is missing."""
        value = self.get(name)
        if value is not None and not isinstance(value, dict):
            raise self._mistyped(name, value, "a block of properties")
        return self._nested(cast("Mapping[str, Any]", value or {}), self.path_of(name))

    def blocks(self, name: str) -> list[Inputs]:
        """Return a list of nested blocks; an empty one when it is missing."""
        path = self.path_of(name)
        return [
            self._nested(item, f"{path}[{index}]") for index, item in enumerate(self.items(name))
        ]

    def ignore(self, *names: str) -> None:
        """Note that these properties need nothing done, here as on a fresh account of AWS."""
        self._seen.update(names)

    def unused(self) -> list[str]:
        """Return the paths of all properties that nobody looked at."""
        own = [self.path_of(name) for name in self._values if name not in self._seen]
        return own + [path for inner in self._inner for path in inner.unused()]

    def differing(self, other: Inputs) -> set[str]:
        """Return the names of the properties that are not the same in other inputs."""
        mine, theirs = self._values, other._values
        return {name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name)}

    def path_of(self, name: str) -> str:
        """Return where a property of this block lies in the resource."""
        return f"{self._path}.{name}" if self._path else name

    def __bool__(self) -> bool:
        return bool(self._values)

    def _nested(self, values: Mapping[str, Any], path: str) -> Inputs:
        inner = Inputs(values, path)
        self._inner.append(inner)
        return inner

    def _mistyped(self, name: str, value: object, expected: str) -> TwinError:
        return TwinError(
            f"{self.path_of(name)} has the wrong type",
            found=repr(value),
            expected=expected,
            do=f"correct {name} where the program creates the resource",
        )


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Go through every single value with its path."""
    if isinstance(value, dict):
        for name, item in cast("dict[str, object]", value).items():
            yield from leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[object]", value)):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def whole_numbers(value: Any) -> Any:
    """Return the value with `3.0` as `3`: a property's wire format knows one kind of number."""
    if isinstance(value, dict):
        return {name: whole_numbers(item) for name, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in cast("list[Any]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def capitalised(value: Any, **renamed: str) -> Any:
    """Return the value with the first letter of every property name in upper case.

    Most services spell their parameters so; names that they spell otherwise are `renamed`.
    """
    if isinstance(value, dict):
        return {
            renamed.get(name, name[:1].upper() + name[1:]): capitalised(item, **renamed)
            for name, item in cast("dict[str, Any]", value).items()
            if item is not None
        }
    if isinstance(value, list):
        return [capitalised(item, **renamed) for item in cast("list[Any]", value)]
    return value
