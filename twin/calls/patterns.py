"""The patterns of AWS's service models, which are Java's, as Python's. Pure.

Python has no classes of Unicode's categories and writes characters beyond the first plane in
another way. A pattern that stays unreadable is not checked: `UNREADABLE` names those that our
services have, and a test holds that list.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

FIRST_PLANE: Final = 0x10000

BEYOND: Final = r"\uD800\uDC00-\uDBFF\uDFFF"
"""How Java writes every character beyond the first plane: as pairs of surrogates."""

CLASSES: Final = {
    "ASCII": r"\x00-\x7f",
    "Alnum": "0-9A-Za-z",
    "Print": r"\x20-\x7e",
}

SLIP: Final = re.compile(r"\$\{(1,\d+)\}$")
"""SageMaker's model repeats the end of a text; the length is meant, which stands beside it too."""

TOKEN: Final = re.compile(r"\\p\{(\w+)\}|\\z|\\.|\[|\]|\\w-_")

UNREADABLE: Final = frozenset(
    {r"^(?![^:\\]*/action/|(?i).*<script>.*</script>.*)[^:\\]+$"}  # a flag in the middle
)


@cache
def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """Return a model's pattern for `fullmatch`; None where Python cannot read it."""
    try:
        return re.compile(translate(pattern))
    except re.error:
        return None


def translate(pattern: str) -> str:
    """Return Python's words for a pattern of Java's."""
    text = SLIP.sub("", pattern).replace(BEYOND, "\U00010000-\U0010ffff").replace(r"\w-_", r"\w\-_")
    found: list[str] = []
    position, in_class = 0, False
    for token in TOKEN.finditer(text):
        found.append(text[position : token.start()])
        position = token.end()
        found.append(_token(token, in_class=in_class))
        in_class = _stays_in_class(token[0], in_class=in_class)
    return "".join([*found, text[position:]])


def _token(token: re.Match[str], *, in_class: bool) -> str:
    if token[0] == r"\z":
        return r"\Z"
    if token[1]:
        members = CLASSES.get(token[1]) or _category(token[1])
        return members if in_class else f"[{members}]"
    return token[0]


def _stays_in_class(token: str, *, in_class: bool) -> bool:
    return token == "[" or (in_class and token != "]")  # noqa: S105 - a bracket, no password


@cache
def _category(name: str) -> str:
    """Return the members of a Unicode category in the first plane, as ranges of a class."""
    points = [
        point for point in range(FIRST_PLANE) if unicodedata.category(chr(point)).startswith(name)
    ]
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges)
