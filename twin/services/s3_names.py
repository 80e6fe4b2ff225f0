"""Which names S3 gives to buckets. Pure.

Reference: "General purpose bucket naming rules" in S3's user guide.
"""

from __future__ import annotations

import re
from typing import Final

RULES: Final = {
    "a name has 3 to 63 characters": r".{3,63}",
    "a name has lower-case letters, numbers, periods and hyphens alone": r"[a-z0-9.-]+",
    "a name has to begin and end with a letter or number": r"[a-z0-9].*[a-z0-9]",
    "a name has no two periods side by side": r"(?!.*\.\.).*",
    "a name is no IP address": r"(?![0-9]+(\.[0-9]+){3}$).*",
    "no name begins with xn--, sthree- or amzn-s3-demo-": r"(?!xn--|sthree-|amzn-s3-demo-).*",
    "no name ends with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3": (
        r".*(?<!-s3alias)(?<!--ol-s3)(?<!\.mrap)(?<!--x-s3)(?<!--table-s3)"
    ),
}
"""Each rule, and the pattern of the names that keep it."""

OF_ACCOUNTS: Final = "account-regional"
END_OF_ACCOUNTS: Final = "-an"
"""How names end in the namespace that an account has for itself, and in no other."""


def broken_rule(name: str, namespace: str | None = None) -> str:
    """Return the first rule that a name breaks; empty if S3 takes it."""
    for rule, pattern in RULES.items():
        if not re.fullmatch(pattern, name):
            return rule
    if name.endswith(END_OF_ACCOUNTS) and namespace != OF_ACCOUNTS:
        return f"no name ends with {END_OF_ACCOUNTS} outside of an account's own namespace"
    return ""
