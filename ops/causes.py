"""Why a program cannot be evaluated, in the words that say most."""

from __future__ import annotations

import traceback
from pathlib import Path

from ops.stack_files import StackFileError

OWN_WORDS = ("components", "models", "ops")
"""Packages whose errors already say all that a person needs."""

LONGEST = 4000


def cause(error: Exception, root: Path) -> str:
    """Return a program's own words, or what was raised and where in the project below `root`."""
    module = type(error).__module__.partition(".")[0]
    if isinstance(error, StackFileError) or module in OWN_WORDS:
        return str(error).replace(f"{root}/", "")[:LONGEST]
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(root)]
    where = f" ({Path(own[-1].filename).relative_to(root)}, line {own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {error}{where}"[:LONGEST].replace(f"{root}/", "")
