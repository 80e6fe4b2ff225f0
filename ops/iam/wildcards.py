"""IAM's wildcards: `*` for any text, `?` for any character."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

ARN_PARTS: Final = 6
"""`arn`, partition, service, region, account, and the resource with all of its colons."""


def fits(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Tell whether a text is what a pattern describes."""
    return bool(_compiled(pattern, ignore_case).fullmatch(text))


def fits_arn(pattern: str, arn: str) -> bool:
    """Tell whether an ARN is what a pattern describes: no star reaches over one of its colons.

    The sixth part is one: a resource may hold colons, and a star there means them too.
    """
    if pattern == "*":
        return True
    wanted, found = pattern.split(":", ARN_PARTS - 1), arn.split(":", ARN_PARTS - 1)
    same = len(wanted) == len(found)
    return same and all(fits(part, text) for part, text in zip(wanted, found, strict=True))


@cache
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:  # noqa: FBT001 - a key of the cache
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
