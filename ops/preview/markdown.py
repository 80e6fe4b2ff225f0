"""Pieces of GitHub's Markdown, safe for any content. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from ops.computed import ACCOUNT

SHOWN: Final = 240
"""Characters of one value that are shown; what is longer is cut in its middle."""

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
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return code(cut(masked(text)))


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
