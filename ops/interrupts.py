"""Lets Ctrl-C break an event loop off, whatever the code in it makes of it."""

from __future__ import annotations

import signal
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator
    from types import FrameType


@contextmanager
def broken_off_by_ctrl_c(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Raise KeyboardInterrupt at the end if Ctrl-C came, and stop the loop meanwhile.

    Pulumi's runtime takes an interrupt for an error of the program, and goes on to wait for
    resources that the interrupt kept from ever being registered. `asyncio.run` is no help: it only
    asks the runtime's task to stop.
    """
    if not _is_ours():
        yield
        return
    came: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        loop.set_exception_handler(lambda _loop, _context: None)
        loop.call_soon_threadsafe(loop.stop)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    except (Exception, KeyboardInterrupt):  # whatever became of the interrupt on its way here
        if not came:
            raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if came:
        # Tasks that are never finished go without a word: that is what was asked for.
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        raise KeyboardInterrupt


def _is_ours() -> bool:
    """Tell whether a handler may be set here, and nobody else has set one."""
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
