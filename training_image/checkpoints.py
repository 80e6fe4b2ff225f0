"""What is kept of a job that may be interrupted, so that its next start goes on where it was.

SageMaker makes the folder if the job asks for it (managed spot training), and copies what is in it
to S3 and back. Trees are kept after every so many rounds, and learning goes on from what was kept
whether or not it was interrupted: so the model is the same. What is of another job is not used.
Of several hosts the first one keeps them, and tells the others what was kept.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from training_image.peers import ALONE

if TYPE_CHECKING:
    from pathlib import Path

    from training_image.peers import Peers

logger = logging.getLogger(__name__)

PARTS: Final = 8
"""Of the rounds of a trial, after each of which trees are kept: on going on, XGBoost predicts all
rows anew, so that more of them would cost time."""


@dataclass(frozen=True)
class Progress:
    """How far a trial has come."""

    booster: bytes = b""
    """Trees as XGBoost writes them; none yet if empty."""

    losses: list[float] = field(default_factory=list[float])
    """On the validation rows, after each round."""

    done: bool = False


@dataclass(frozen=True)
class Checkpoints:
    """What was kept, trial by trial."""

    folder: Path
    job: str
    """Tells jobs apart: nothing of another one is used."""

    peers: Peers = ALONE

    def read(self, trial: int) -> Progress:
        """Return how far a trial had come."""
        return self.peers.share(self._read(trial) if self.peers.leads else Progress())

    def _read(self, trial: int) -> Progress:
        try:
            document: dict[str, Any] = json.loads(self._file(trial).read_bytes())
            if document["job"] != self.job:
                logger.info("a checkpoint of another job is not used")
                return Progress()
            booster = bytes.fromhex(document["booster"])
            progress = Progress(booster, [*document["losses"]], bool(document["done"]))
        except FileNotFoundError:
            return Progress()
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("a checkpoint is damaged and not used: %s", type(error).__name__)
            return Progress()
        logger.info("trial %d goes on after round %d", trial + 1, len(progress.losses))
        return progress

    def write(self, trial: int, progress: Progress) -> None:
        """Keep how far a trial has come; a stop meanwhile leaves what was kept before."""
        if not self.peers.leads:
            return
        document = {
            "job": self.job,
            "losses": progress.losses,
            "done": progress.done,
            "booster": progress.booster.hex(),
        }
        file = self._file(trial)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(document), encoding="ascii")
        os.replace(part, file)  # noqa: PTH105 - the same, and says that it is atomic

    def _file(self, trial: int) -> Path:
        return self.folder / f"trial-{trial}.json"
