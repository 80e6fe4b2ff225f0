"""Lakes of delimited text in every form that a contract can declare."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from tests.functional.etl.lake import WINE_CONTRACT, Lake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Dirty = Callable[[int, int], str]

HEADER: Final = "colour;quality;free_so2;select\n"
TEXTS: Final = ("quotes", "carets", "unquoted")


def text_lakes(root: Path, dirty: Dirty) -> dict[str, Lake]:
    """Return the lakes by name."""
    return {
        "quotes": _quotes(root / "quotes", dirty, "'"),
        "carets": _quotes(root / "carets", dirty, "^"),
        "unquoted": _quotes(root / "unquoted", dirty, "none"),
    }


def _wine(root: Path, **form: object) -> Lake:
    contract = copy.deepcopy(WINE_CONTRACT)
    contract["format"] |= form
    return Lake(root, contract)


def _quotes(root: Path, dirty: Dirty, quote: str) -> Lake:
    lake = _wine(root, quote=quote)
    lake.contract["columns"][0]["values"] += ["it's", '"dark red"']
    content = dirty(9, 400).replace('"', quote if quote != "none" else '"')
    return lake.put("a.csv", HEADER + content)
