"""How a job that failed says why: the log, and the file that SageMaker shows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from training_image.settings import Folders

logger = logging.getLogger(__name__)

LONGEST_FAILURE: Final = 1_024
"""Characters of the failure file that SageMaker shows."""

FAILED: Final = 1
"""Exit code of a job that knows why it failed."""

STOPPED: Final = 143
"""Exit code after SIGTERM, as a shell counts it."""


def fail(folders: Folders, cause: str) -> int:
    """Tell why, and return the exit code."""
    logger.error("failed: %s", cause)
    try:
        folders.failure.parent.mkdir(parents=True, exist_ok=True)
        folders.failure.write_text(cause[:LONGEST_FAILURE], encoding="utf-8")
    except OSError:  # of a disk that is full: the log has the cause
        logger.exception("the cause could not be written to %s", folders.failure)
    return FAILED
