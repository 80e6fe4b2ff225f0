"""Tells by its exit code whether this Python already has what `requirements/staging.txt` pins.

    python -m staging.pinned || python -m pip install ...

An installer that finds nothing to do takes most of a second to say so, in each of a push's builds.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REQUIREMENTS = Path("requirements/staging.txt")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)", re.MULTILINE)


def missing(requirements: str, installed: Callable[[str], str] = version) -> list[str]:
    """Return the pinned packages that are not there in just that version."""
    return [
        f"{pin['name']}=={pin['version']}"
        for pin in PIN.finditer(requirements)
        if _installed(pin["name"], installed) != pin["version"]
    ]


def _installed(name: str, installed: Callable[[str], str]) -> str | None:
    try:
        return installed(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(1 if missing(REQUIREMENTS.read_text(encoding="utf-8")) else 0)
