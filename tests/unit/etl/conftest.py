"""Builders of contracts."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from etl.contract import Contract

if TYPE_CHECKING:
    from collections.abc import Callable

Document = dict[str, Any]

_WINE: Document = {
    "format": {"type": "csv", "delimiter": ",", "header": False},
    "columns": [
        {"name": "colour", "kind": "categorical", "nullable": False, "values": ["red", "dark red"]},
        {"name": "ph", "kind": "numeric", "nullable": True, "min": 0, "max": 14.5},
        {"name": "quality", "kind": "integer", "nullable": False, "min": None, "max": 10},
    ],
    "target": "quality",
    "split": {"train": 0.7, "validation": 0.15, "test": 0.15},
    "max_quarantine": 0.05,
    "min_test_rows": 5,
}


@pytest.fixture
def wine_json() -> Document:
    """Return a contract as requests hold it."""
    return copy.deepcopy(_WINE)


@pytest.fixture
def wine(wine_json: Document) -> Contract:
    """Return that contract as a value."""
    return Contract.from_json(wine_json)


@pytest.fixture
def wine_with(wine_json: Document) -> Callable[..., Contract]:
    """Return a function that makes the contract with another format."""

    def build(*, delimiter: str = ",", header: bool = False) -> Contract:
        wine_json["format"] = {"type": "csv", "delimiter": delimiter, "header": header}
        return Contract.from_json(wine_json)

    return build
