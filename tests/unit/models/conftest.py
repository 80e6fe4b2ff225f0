"""Builders of model documents."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

Document = dict[str, Any]

_SMALLEST: Document = {
    "name": "wine",
    "data": {
        "format": {"header": True},
        "columns": [
            {"name": "colour", "kind": "categorical", "values": ["red", "dark red"]},
            {"name": "quality", "kind": "integer", "min": 0, "max": 10},
        ],
        "target": "quality",
    },
    "evaluation": {"limit": 1.5},
}


@pytest.fixture
def smallest() -> Document:
    """A document that says only what has no default."""
    return copy.deepcopy(_SMALLEST)


@pytest.fixture
def change() -> Callable[[Document, str, object], Document]:
    """Sets one field, by its path from the top, in a copy of a document."""

    def apply(document: Document, path: str, value: object) -> Document:
        changed = copy.deepcopy(document)
        *parents, last = path.replace("[", ".").replace("]", "").split(".")
        place: Any = changed
        for part in parents:
            place = place[int(part)] if part.isdigit() else place.setdefault(part, {})
        place[int(last) if last.isdigit() else last] = value
        return changed

    return apply
