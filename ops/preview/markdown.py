"""Pieces of GitHub's Markdown, safe for any content. Pure."""

from __future__ import annotations

import json
import re
from os.path import commonprefix
from typing import Any, Final

from ops.computed import ACCOUNT

SHOWN: Final = 240
"""Characters of one value that are shown; what is longer is cut in its middle."""

AROUND: Final = 40
"""Characters that two long values share and that are shown before and after their difference."""

MASKED_ACCOUNT: Final = "<account>"
ELLIPSIS: Final = " … "


def code(text: str) -> str:
    """Return text as a span of code, whatever it holds."""
    shown = re.sub(r"\s+", " ", masked(text)).strip()
    runs = [len(run) for run in re.findall("`+", shown)]
    fence = "`" * (max(runs, default=0) + 1)
    padding = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{padding}{shown}{padding}{fence}" if shown else "(empty)"


def value(content: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value as a span of code, cut where it is long."""
    return code(cut(masked(_text(content))))


def _text(content: Any) -> str:  # noqa: ANN401 - any JSON
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def values(before: Any, after: Any) -> tuple[str, str]:  # noqa: ANN401 - any JSON
    """Return two values as spans of code; of long ones, what surrounds their difference."""
    left, right = masked(_text(before)), masked(_text(after))
    if max(len(left), len(right)) > SHOWN:
        left, right = _around_difference(left, right)
    return code(cut(left)), code(cut(right))


def _around_difference(left: str, right: str) -> tuple[str, str]:
    """Leave out what two texts begin and end with alike, but for some of it beside the rest."""
    same = len(commonprefix((left, right)))
    ends = (left[same:][::-1], right[same:][::-1])
    begin, alike = max(0, same - AROUND), max(0, len(commonprefix(ends)) - AROUND)
    shown = (text[begin : len(text) - alike] for text in (left, right))
    head, tail = ELLIPSIS if begin else "", ELLIPSIS if alike else ""
    first, second = (f"{head}{text}{tail}" for text in shown)
    return first, second


def masked(text: str) -> str:
    """Return the text without the number of an account that nobody has."""
    return text.replace(ACCOUNT, MASKED_ACCOUNT)


def cut(text: str, length: int = SHOWN) -> str:
    """Return the text with its middle left out if it is longer."""
    if len(text) <= length:
        return text
    half = (length - len(ELLIPSIS)) // 2
    return f"{text[:half]}{ELLIPSIS}{text[-half:]}"


def details(summary: str, body: str) -> str:
    """Return text that is folded until somebody opens it."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"
