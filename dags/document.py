"""Reads a JSON object field by field into typed values; collects problems instead of raising.

What other programs wrote (settings, manifests, `conf`) is read through this, so that one attempt
reports everything that is wrong with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, cast

COMMIT: Final = "[0-9a-f]{40}"
DIGEST: Final = "sha256:[0-9a-f]{64}"
TEXT: Final = r"\S(.*\S)?"

_FOUND_LENGTH: Final = 100


class Document:
    """The fields of one JSON object; `problems` holds what is wrong with it so far."""

    def __init__(self, content: object, path: str = "", problems: list[str] | None = None) -> None:
        self.problems: list[str] = [] if problems is None else problems
        self._path = path
        self._asked: list[str] = []
        self._values: Mapping[str, object] = {}
        if isinstance(content, Mapping):
            self._values = cast("Mapping[str, object]", content)
        else:
            self._add(path, content, "an object with fields")

    def text(self, field: str, pattern: str = TEXT) -> str:
        """Return a text that a pattern describes; empty where it is wrong."""
        found = self._take(field)
        if isinstance(found, str) and re.fullmatch(pattern, found):
            return found
        self._add(self.at(field), found, f"a text like {pattern}")
        return ""

    def optional_text(self, field: str, pattern: str = TEXT) -> str | None:
        """Return a text that a pattern describes, or `None` where there is none."""
        return self.text(field, pattern) if self._take(field) is not None else None

    def texts(self, field: str, pattern: str = TEXT) -> tuple[str, ...]:
        """Return texts, at least one, that a pattern describes; none where one is wrong."""
        found = self._take(field)
        items = _items(found)
        texts = tuple(
            item for item in items if isinstance(item, str) and re.fullmatch(pattern, item)
        )
        if texts and len(texts) == len(items):
            return texts
        self._add(self.at(field), found, f"a list of texts like {pattern}")
        return ()

    def choice(self, field: str, choices: tuple[str, ...]) -> str:
        """Return one of a few words; the first of them where it is wrong."""
        found = self._take(field)
        if isinstance(found, str) and found in choices:
            return found
        self._add(self.at(field), found, " or ".join(choices))
        return choices[0]

    def whole(self, field: str, *, least: int = 0) -> int:
        """Return a whole number; the least where it is wrong."""
        found = self._take(field)
        if isinstance(found, int) and not isinstance(found, bool) and found >= least:
            return found
        self._add(self.at(field), found, f"a whole number from {least}")
        return least

    def number(self, field: str, *, above: float) -> float:
        """Return a number above a bound; the bound where it is wrong."""
        found = self._take(field)
        if isinstance(found, int | float) and not isinstance(found, bool) and found > above:
            return float(found)
        self._add(self.at(field), found, f"a number above {above}")
        return above

    def flag(self, field: str) -> bool:
        """Return true or false; false where it is wrong."""
        found = self._take(field)
        if not isinstance(found, bool):
            self._add(self.at(field), found, "true or false")
        return found is True

    def section(self, field: str) -> Document:
        """Return an object within this one; its problems are this one's."""
        return Document(self._take(field), self.at(field), self.problems)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all fields, where they are no fixed ones."""
        return tuple(self._values)

    def has(self, field: str) -> bool:
        """Return whether the document says anything about this field."""
        return field in self._values

    def format(self, version: int) -> None:
        """Check that the document has the layout that this code knows."""
        found = self._take("format")
        if found != version:
            self._add(self.at("format"), found, str(version))

    def close(self) -> None:
        """Report the fields that nobody asked for."""
        known = ", ".join(dict.fromkeys(self._asked))  # an optional field is asked for twice
        for field in self._values:
            if field not in self._asked:
                self.problems.append(f"{self.at(field)}: unknown field; known are {known}")

    def at(self, field: str) -> str:
        """Return the field's path from the top of the document."""
        return f"{self._path}.{field}" if self._path else field

    def _take(self, field: str) -> object:
        self._asked.append(field)
        return self._values.get(field)

    def _add(self, where: str, found: object, expected: str) -> None:
        shown = "nothing" if found is None else repr(found)
        shown = shown if len(shown) <= _FOUND_LENGTH else shown[: _FOUND_LENGTH - 3] + "..."
        self.problems.append(f"{where or 'document'}: found {shown}, expected {expected}")


def _items(found: object) -> list[object]:
    return cast("list[object]", found) if isinstance(found, list) else []


def canonical(document: object) -> bytes:
    """Return the one text that equal documents have: what identities hash and S3 keeps."""
    text = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()
