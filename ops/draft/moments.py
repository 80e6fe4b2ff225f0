"""Dates and timestamps as a model file can declare them: parts of fixed width, no zones."""

from __future__ import annotations

import re
from typing import Final

from ops.draft.rows import literal

_DAY: Final = re.compile(r"(9999)([-/.]?)(99)\2(99)|(99)([-/.])(99)\6(9999)")
_TIME: Final = {
    "": "",
    " 99:99": " %H:%M",
    " 99:99:99": " %H:%M:%S",
    "T99:99": "T%H:%M",
    "T99:99:99": "T%H:%M:%S",
    "T99:99:99Z": "T%H:%M:%SZ",
    "T99:99Z": "T%H:%MZ",
}


def formats_of(mask: str) -> list[str]:
    """Return the formats that a text may have whose digits are all nines: none, one or two."""
    found = _DAY.match(mask)
    time = _TIME.get(mask[found.end() :]) if found else None
    if found is None or time is None:
        return []
    if found[1]:
        return [f"%Y{found[2]}%m{found[2]}%d{time}"]
    mark = found[6]
    return [f"%d{mark}%m{mark}%Y{time}", f"%m{mark}%d{mark}%Y{time}"]


def parsed(text: str, form: str) -> str:
    """Return the expression for the moment that a text means; null if it has another format."""
    moment = f"try_strptime({text}, {literal(form)})"
    return f"case when strftime({moment}, {literal(form)}) = {text} then {moment} end"
