"""What DuckDB and Spark read alike: literals and the type of numbers.

Functions that only Spark has (`array_size`, `array_join`, `try_element_at`, `conv`) are defined in
DuckDB by its adapter, so that the text of a query is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal

INTEGER_DIGITS: Final = 15
FRACTION_DIGITS: Final = 15
"""The most for which sums of squares of 10^8 rows still fit in the 38 digits of both engines."""

NUMBER: Final = f"decimal({INTEGER_DIGITS + FRACTION_DIGITS},{FRACTION_DIGITS})"
"""The type of every number, as `try_cast` gives it."""


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


def number(value: Decimal) -> str:
    """Return a number as a literal of the type that numeric columns have."""
    return f"cast('{value:f}' as {NUMBER})"
