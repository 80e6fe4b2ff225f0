"""Starts a verb: Ctrl-C is answered from the first moment on, while its packages are still read.

Only the standard library is imported here; reading a verb's packages takes the better part of a
second, in which somebody may think better of it.
"""

from __future__ import annotations

import importlib
import os
import sys

INTERRUPTED = 130


def start(step: str, module: str) -> None:
    """Run `main` of a module and end the process with its exit code.

    Args:
        step: The verb, with which each message begins.
        module: Has a `main` without arguments, which returns the exit code.
    """
    try:
        main = importlib.import_module(module).main
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{step}: interrupted before it began\n")
        sys.exit(INTERRUPTED)
    code = main()
    if code == INTERRUPTED:
        # What was broken off in the middle would complain of it while the interpreter ends.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
