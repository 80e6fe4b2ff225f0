"""What stands for a secret: enough to tell whether it changed, and nothing else. Pure."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET: Final = "[secret]"  # noqa: S105 - what stands for a secret, not one
"""What is shown of a secret."""


def sealing(key: bytes) -> Callable[[str], str]:
    """Return a function that seals texts: equal texts alike, and nothing can be read from it.

    Args:
        key: Random, of one preview, and kept nowhere: without it even a guess cannot be checked.
    """

    def seal(text: str) -> str:
        digest = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return f"[secret {digest}]"

    return seal
