"""The comment's text. Pure: what was printed goes in, what CodeCommit takes comes out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ops.review.settings import Settings

HEADING: Final = "## What merging this pull request changes"
"""Begins our comment and no other: how it is found again."""

LIMIT: Final = 10_240
"""Characters that CodeCommit takes in a comment."""

SHORT: Final = 12
"""Digits of a commit that a line for people shows."""

SUMMARY: Final = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
TAGS: Final = re.compile(r"<!--.*?-->\s*|</?details>", re.DOTALL)
"""What folds and marks in GitHub's Markdown; CodeCommit would show it as it is written."""

FAILED: Final = "**The preview could not be made.** This is what it said last:"
LAST_LINES: Final = 40
"""Lines of a failed preview that are shown: its cause stands at the end."""


def is_ours(content: str) -> bool:
    """Tell whether a comment is the one that is kept up to date."""
    return content.startswith(HEADING)


def render(settings: Settings, preview: str) -> str:
    """Return the comment for a preview's Markdown, cut at a line's end where it is too long."""
    return _fitting(_head(settings), _without_html(preview).strip(), settings)


def render_failure(settings: Settings, output: str) -> str:
    """Return the comment for a preview that failed, with the end of what it printed."""
    last = "\n".join(output.strip().splitlines()[-LAST_LINES:])
    fenced = "\n".join(f"    {line}" for line in last.splitlines())
    return _fitting(f"{_head(settings)}\n\n{FAILED}", fenced, settings)


def _without_html(preview: str) -> str:
    return TAGS.sub("", SUMMARY.sub(r"**\1**", preview))


def _head(settings: Settings) -> str:
    source, destination = settings.source[:SHORT], settings.destination[:SHORT]
    return f"{HEADING}\n\nCommit `{source}`, compared with where it leaves `{destination}`."


def _fitting(head: str, body: str, settings: Settings) -> str:
    whole = f"{head}\n\n{body}\n"
    if len(whole) <= LIMIT:
        return whole
    rest = (
        f"\n\n_The rest did not fit: it is in the log of build `{settings.build or 'unknown'}`._\n"
    )
    kept = body[: LIMIT - len(head) - len(rest) - 2]
    return f"{head}\n\n{kept.rpartition(chr(10))[0] or kept}{rest}"
