"""How a job that failed says why: the log, and the file that SageMaker shows."""

from __future__ import annotations

import logging
from errno import ENOSPC
from traceback import extract_tb
from typing import TYPE_CHECKING, Final

from training_image.errors import TrainingImageError

if TYPE_CHECKING:
    from training_image.settings import Folders

logger = logging.getLogger(__name__)

LONGEST_FAILURE: Final = 1_024
"""Characters of the failure file that SageMaker shows."""

FAILED: Final = 1
"""Exit code of a job that knows why it failed."""

STOPPED: Final = 143
"""Exit code after SIGTERM, as a shell counts it."""


def cause_of(error: Exception) -> str:
    """Return one sentence that says why a job failed, and what to do.

    Of what nobody expected it tells the class and the place: its text may quote a row. The way
    there goes to the log, without the text as well.
    """
    if isinstance(error, TrainingImageError):
        return str(error)
    frames = extract_tb(error.__traceback__)
    logger.error("the way to it:\n%s", "".join(frames.format()))
    if isinstance(error, OSError):
        full = "the disk is full; raise training.volume_gb in the model file"
        other = f"{error}; if the disk is full, raise training.volume_gb"
        return full if error.errno == ENOSPC else other
    if isinstance(error, MemoryError):
        return "memory did not suffice; choose a larger training.instance_type in the model file"
    at = f"{frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name}" if frames else "no place"
    return f"the job crashed with {type(error).__name__} at {at}; report this as a defect of it"


def fail(folders: Folders, cause: str) -> int:
    """Tell why, and return the exit code."""
    logger.error("failed: %s", cause)
    try:
        folders.failure.parent.mkdir(parents=True, exist_ok=True)
        folders.failure.write_text(cause[:LONGEST_FAILURE], encoding="utf-8")
    except OSError:  # of a disk that is full: the log has the cause
        logger.exception("the cause could not be written to %s", folders.failure)
    return FAILED
