"""How people write numbers, and what else stands where one is expected.

Patterns for whole texts, in the dialect that Python and DuckDB have in common.
"""

from __future__ import annotations

import re
from typing import Final

NUMBER: Final = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
"""What the ETL takes for one."""

_UNITS: Final = (
    "kg|g|mg|t|lb|lbs|oz|km|m|cm|mm|in|ft|mi|m2|m²|sqm|sqft|ha|l|ml|s|ms|h|min|kw|kwh|w|v|a|hz"
    "|°|°c|°f|c|f|km/h|mph|mb|gb|pcs"
)
_AMOUNT: Final = "[0-9][0-9.,' ]*"
_CURRENCY: Final = "[$€£¥₹]|usd|eur|gbp|chf|jpy|inr|sek|nok|dkk|pln"

MESSY: Final = {
    "percent signs": "[+-]?[0-9]+([.,][0-9]+)? ?%",
    "currency signs": f"[+-]?({_CURRENCY}) ?[+-]?{_AMOUNT}|[+-]?{_AMOUNT}({_CURRENCY})",
    "thousands separators": (
        "[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?|[+-]?[0-9]{1,3}([.][0-9]{3})+,[0-9]+"
        "|[+-]?[0-9]{1,3}([.][0-9]{3}){2,}"
        "|[+-]?[0-9]{1,3}([ '\u2019\u00a0\u202f][0-9]{3})+([.,][0-9]+)?"
    ),
    "decimal commas": "[+-]?[0-9]*,[0-9]+",
    "units": f"[+-]?[0-9]+([.,][0-9]+)? ?({_UNITS})",
    "brackets for minus": "[(][0-9][0-9.,]*[)]",
}
"""Numbers to people and not to the ETL, by what makes them so; lower case. The first that fits."""

GAPS: Final = (
    *("na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "unknown"),
    *("-", "--", "?", ".", "..", "inf", "-inf"),
)
"""Words that people put where a number is missing; lower case."""

TRUE: Final = ("true", "t", "yes", "y", "1")
FALSE: Final = ("false", "f", "no", "n", "0")
"""The ETL's spellings; lower case."""

LOOSE_DATES: Final = (
    "[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([ t].*)?"
    "|[0-9]{1,2}[-. ]?[a-z]{3,9}[-., ]+[0-9]{2,4}.*"
    "|[a-z]{3,9}[. ]+[0-9]{1,2},? +[0-9]{4}.*"
)
"""What only people can read: without zeros, with months in words, with zones; lower case."""

_VALUES: Final = [re.compile(pattern) for pattern in (NUMBER, *MESSY.values(), LOOSE_DATES)]


def is_value(text: str) -> bool:
    """Tell whether a text is a number or a date in any spelling, and so no heading."""
    return any(pattern.fullmatch(text.strip().lower()) for pattern in _VALUES)
