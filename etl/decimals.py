"""Text to exact decimals, as SQL that both engines answer alike.

A number has 15 digits before the point and 15 after it; further ones are rounded. A text without an
exponent may be cast as it is. With one it may not: DuckDB 2.0 reads `2e2.` and `1e-99999999999`,
overflows at `.00007e16` and accepts `.2e20`; so the point is moved in the text first.
Evidence: `tests/functional/etl/test_numbers.py`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from etl.dialect import literal

if TYPE_CHECKING:
    from etl.contract import Column

INTEGER_DIGITS: Final = 15
FRACTION_DIGITS: Final = 15
"""The most for which sums of squares of 10^8 rows still fit in the 38 digits of both engines."""

WIDE: Final = f"decimal({INTEGER_DIGITS + FRACTION_DIGITS},{FRACTION_DIGITS})"
"""The type that holds every number."""

NARROW: Final = f"decimal({3 + FRACTION_DIGITS},{FRACTION_DIGITS})"
"""The same with three digits before the point: 64 bits, which both engines compute with faster."""

_NARROW_BELOW: Final = Decimal("999.999999")
"""What rounds to 1000 at the sixth digit cannot be squared in 64 bits."""

_LARGEST: Final = Decimal(10) ** INTEGER_DIGITS

_MANTISSA: Final = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)"
_END: Final = "\\z"
"""`$` is not: in Spark it matches before a line separator, too."""

NUMBER: Final = f"^{_MANTISSA}([eE][+-]?[0-9]+)?{_END}"
_PLAIN: Final = f"^{_MANTISSA}{_END}"
_WITH_EXPONENT: Final = f"^{_MANTISSA}[eE][+-]?0*[0-9]{{1,2}}{_END}"
READ_OTHERWISE: Final = "eE_\x0b\x0c"
"""What DuckDB reads in numbers otherwise than we do, or Spark: exponents, underscores between
digits, vertical tabs and form feeds around them."""

_ZEROS: Final = 99
"""The largest exponent that is followed."""


def number_type(column: Column) -> str:
    """Return the smallest type that holds every number in a column's declared range."""
    bounds = (column.minimum, column.maximum)
    narrow = all(bound is not None and abs(bound) < _NARROW_BELOW for bound in bounds)
    return NARROW if narrow else WIDE


def number(value: Decimal, kind: str = WIDE) -> str:
    """Return a number as a literal of a type that numeric columns have."""
    return f"cast('{value:f}' as {kind})"


def reachable(bound: Decimal | None) -> Decimal | None:
    """Return a bound unless no number here can reach it."""
    return bound if bound is not None and abs(bound) < _LARGEST else None


def bare(text: str) -> str:
    """Return that DuckDB may cast a text as it is."""
    found = [f"instr({text}, {literal(mark)})" for mark in READ_OTHERWISE]
    return f"{' + '.join(found)} = 0"


def careful(text: str) -> str:
    """Return the value of any text; null if it is no number, or one that is out of reach.

    So is one with an exponent of more than two digits, even if it comes to nothing.
    """
    return (
        f"case when regexp_like({text}, {literal(_PLAIN)}) then try_cast({text} as {WIDE})"
        f" when regexp_like({text}, {literal(_WITH_EXPONENT)})"
        f" then try_cast({_without_exponent(text)} as {WIDE}) end"
    )


def _without_exponent(text: str) -> str:
    """Return the same number with its point moved instead, in many zeros."""
    mantissa = f"regexp_extract({text}, '[0-9.]+', 0)"
    exponent = f"cast(regexp_extract({text}, '[eE](.+)', 1) as int)"
    zeros = f"repeat('0', {_ZEROS})"
    digits = f"{zeros} || replace({mantissa}, '.', '') || {zeros}"
    whole = f"{_ZEROS - 1} + instr({mantissa} || '.', '.') + {exponent}"
    sign = f"case when {text} like '-%' then '-' else '' end"
    return f"{sign} || substr({digits}, 1, {whole}) || '.' || substr({digits}, 1 + {whole})"
