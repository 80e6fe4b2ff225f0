"""What DuckDB and Spark read alike: literals and lists.

Functions that only Spark has (`array_size`, `split`, `regexp_like`, `conv`, ...) are defined in
DuckDB by its adapter, so that the text of a query is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def literal(text: str) -> str:
    """Return a text as an SQL literal without escapes.

    Spark reads `'it''s'` as two literals side by side and a backslash as an escape, DuckDB neither.
    """
    special = {"'": "chr(39)", "\\": "chr(92)"}
    parts, plain = list[str](), ""
    for character in text:
        if character in special:
            parts += [f"'{plain}'", special[character]]
            plain = ""
        else:
            plain += character
    parts.append(f"'{plain}'")
    used = [part for part in parts if part != "''"] or ["''"]
    return used[0] if len(used) == 1 else f"({' || '.join(used)})"


def each(items: Iterable[str]) -> str:
    """Return the items of a list in SQL, one a line."""
    return ",\n    ".join(items)
