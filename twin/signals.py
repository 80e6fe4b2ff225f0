"""What signals mean to a verb."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def raise_on_sigterm() -> None:
    """Let `make down`, or a time limit, end a verb that is under way as Ctrl-C would."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
