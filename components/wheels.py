"""DuckDB as a wheel for Glue: pinned with hashes, fetched by `make environments`.

A Glue job run installs it from the bucket, so it needs no package index. What is fetched is checked
against the hashes when it is; here it is only named.
"""

from __future__ import annotations

import re
from pathlib import Path

from components.errors import ProgramError
from components.files import existing

PINS = Path("requirements/glue.txt")
FOLDER = Path(".tools/glue")
TAGS = "cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64"
"""Python and platform as the wheel's name has them. Glue 5.1: Python 3.11, x86-64, glibc 2.34."""


def duckdb_wheel(root: Path) -> Path:
    """Return the wheel of the version that a version of the project pins.

    Of another version of the project, whose wheel is not here, it is the name alone: comparing the
    two is no reason to fetch it. To deploy it is, and Pulumi names the missing file.

    Raises:
        ProgramError: The pins are missing, or no wheel was ever fetched.
    """
    pins = existing(root / PINS, "the pinned DuckDB").read_text(encoding="utf-8")
    version = re.search(r"^duckdb==([\w.]+)", pins, re.MULTILINE)
    if version is None:
        raise ProgramError(f"{root / PINS} pins no duckdb; expected a line duckdb==<version>")
    if not any((root / FOLDER).glob("*.whl")):
        raise ProgramError(
            f"{root / FOLDER} holds no wheel; expected DuckDB {version[1]} for Glue's drivers; "
            "do: make environments"
        )
    return root / FOLDER / f"duckdb-{version[1]}-{TAGS}.whl"
