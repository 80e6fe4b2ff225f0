"""Reads a mapping field by field into plain typed values; collects problems instead of raising.

A field that is wrong yields a harmless value, so that reading goes on and one attempt reports
everything. Whoever reads checks `Problems.found` before using the result.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, TypeVar, cast

from models.errors import Problem

T = TypeVar("T")

_WHOLE_LIMIT: Final = 2**63 - 1
"""Whole numbers have to fit the 64 bits that the ETL's engines give them."""


class Problems:
    """What was found wrong with one file so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(self, field: str, found: str, allowed: str, suggestion: str = "") -> None:
        """Record one; `found` is shown as it is given."""
        self.found.append(Problem(self.file, field, found, allowed, suggestion))


class Fields:
    """The fields of one section of a model file. `close` reports those that nobody asked for."""

    def __init__(self, values: object, path: str, problems: Problems) -> None:
        self._path = path
        self._asked: list[str] = []
        self._values: Mapping[object, object] = {}
        self._readable = isinstance(values, Mapping)
        if isinstance(values, Mapping):
            self._values = cast("Mapping[object, object]", values)
        else:
            problems.add(path, _shown(values), "a section with fields")
            problems = Problems(problems.file)  # one problem, not one more for each field in it
        self._problems = problems
        self._start = len(problems.found)

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong in this section so far; rules across fields ask first."""
        return self._readable and len(self._problems.found) == self._start

    def has(self, field: str) -> bool:
        """Whether the file says anything about this field."""
        return field in self._values

    def at(self, field: str) -> str:
        """The field's path from the top of the file."""
        return ".".join(part for part in (self._path, field) if part)

    def reject(self, field: str, found: object, allowed: str, suggestion: str = "") -> None:
        """Record a value that breaks a rule."""
        self._problems.add(self.at(field), _shown(found), allowed, suggestion)

    def text(
        self, field: str, rule: Callable[[str], bool], allowed: str, default: str | None = None
    ) -> str:
        """A text that keeps a rule; required unless there is a default."""
        return self._read(
            field,
            lambda value: value if isinstance(value, str) and rule(value) else None,
            allowed,
            default,
            placeholder="",
        )

    def choice(self, field: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of a few words; required unless there is a default."""
        return self._read(
            field,
            lambda value: value if isinstance(value, str) and value in choices else None,
            ", ".join(choices),
            default,
            placeholder=choices[0],
            words=choices,
        )

    def flag(self, field: str, *, default: bool | None = None) -> bool:
        """True or false; required unless there is a default."""
        return self._read(
            field,
            lambda value: value if isinstance(value, bool) else None,
            "true or false",
            default,
            placeholder=False,
        )

    def whole(self, field: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds, both included."""
        return self._read(
            field,
            lambda value: whole_or_none(value, least, most),
            f"a whole number from {least} to {most}" if least < most else f"{least} and no other",
            default,
            placeholder=least,
        )

    def number(
        self, field: str, rule: Callable[[float], bool], allowed: str, default: float | None = None
    ) -> float:
        """A finite number that keeps a rule, whole where it has no fraction."""
        return self._read(
            field,
            lambda value: number_or_none(value, rule),
            allowed,
            default,
            placeholder=0,
        )

    def items(
        self, field: str, allowed: str, default: Sequence[object] | None = None
    ) -> Sequence[object]:
        """A list of anything; the caller reads what is in it."""
        return self._read(field, _list_or_none, allowed, default, placeholder=())

    def optional(self, field: str) -> object:
        """Whatever stands there, or `None`; the caller checks it."""
        self._asked.append(field)
        return self._values.get(field)

    def mapping(self, field: str) -> Mapping[object, object]:
        """A mapping of anything to anything; empty when it is missing."""
        return self._read(field, _mapping_or_none, "a section with fields", {}, placeholder={})

    def section(self, field: str, *, required: bool = True) -> "Fields":
        """A section of its own; when it is missing and optional, one with nothing but defaults."""
        self._asked.append(field)
        values = self._values.get(field, None if required else {})
        return Fields(values, self.at(field), self._problems)

    def entry(self, field: str, index: int, values: object) -> "Fields":
        """An entry of a list, read as a section of its own."""
        return Fields(values, f"{self.at(field)}[{index}]", self._problems)

    def close(self) -> None:
        """Report the fields that nobody asked for: misspelt ones, mostly."""
        for name in self._values:
            if name not in self._asked:
                self._problems.add(
                    self.at(str(name)),
                    "an unknown field",
                    ", ".join(self._asked),
                    closest(name, self._asked),
                )

    def _read(  # each is one aspect of one field, and all callers are above
        self,
        field: str,
        accept: Callable[[object], T | None],
        allowed: str,
        default: T | None,
        *,
        placeholder: T,
        words: Sequence[str] = (),
    ) -> T:
        self._asked.append(field)
        if not self.has(field):
            if default is None:
                self._problems.add(self.at(field), "nothing", allowed)
            return placeholder if default is None else default
        found = self._values[field]
        value = accept(found)
        if value is None:
            self.reject(field, found, allowed, closest(found, words))
        return placeholder if value is None else value


def whole_or_none(
    value: object, least: int = -_WHOLE_LIMIT, most: int = _WHOLE_LIMIT
) -> int | None:
    """The value when it is a whole number within bounds; `true` is none."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    return None


def number_or_none(value: object, rule: Callable[[float], bool] = math.isfinite) -> float | None:
    """The value when it is a finite number that keeps the rule; 3.0 becomes 3, so both are one."""
    whole = whole_or_none(value)
    if whole is not None:
        return whole if rule(whole) else None
    if not isinstance(value, float) or not math.isfinite(value) or not rule(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= _WHOLE_LIMIT else value


def closest(found: object, words: Sequence[str]) -> str:
    """The word that a misspelt one was probably meant to be; empty when none is near."""
    matches = get_close_matches(str(found), words, n=1)
    return matches[0] if matches else ""


def _list_or_none(value: object) -> Sequence[object] | None:
    return cast("list[object]", value) if isinstance(value, list) else None


def _mapping_or_none(value: object) -> Mapping[object, object] | None:
    return cast("Mapping[object, object]", value) if isinstance(value, Mapping) else None


def _shown(value: object) -> str:
    return "nothing" if value is None else repr(value)
