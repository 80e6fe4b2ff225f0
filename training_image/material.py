"""The rows of a job, in memory or, if they are many, in batches from the disk."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from training_image.batches import count_rows
from training_image.dataset import SPLITS, Split, read_split
from training_image.errors import TrainingError
from training_image.learning import MOST_REFIT_ROWS, Learnt, learn
from training_image.peers import ALONE
from training_image.spool import Spool, write_spool
from training_image.streaming import SAMPLED, learn_streamed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from training_image.checkpoints import Checkpoints
    from training_image.dataset import SplitName
    from training_image.hyperparameters import Hyperparameters
    from training_image.peers import Peers
    from training_image.schema import Schema
    from training_image.settings import Folders


SHARDED: Final = "ShardedByS3Key"
"""How SageMaker says that each host has objects of its own."""


@dataclass(frozen=True)
class Material:
    """What a model is learnt from and measured on."""

    schema: Schema
    splits: Mapping[str, Split]
    """All rows, or a sample of those that are in spools."""

    spools: Mapping[str, Spool] = field(default_factory=dict[str, Spool])
    peers: Peers = ALONE

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each split has."""
        if self.spools:
            return {name: spool.seen.rows for name, spool in self.spools.items()}
        return {name: split.features.rows for name, split in self.splits.items()}

    @property
    def least_targets(self) -> dict[str, float]:
        """The smallest target of each split."""
        if self.spools:
            return {name: spool.seen.least_target for name, spool in self.spools.items()}
        return {name: float(split.target.min()) for name, split in self.splits.items()}

    def learn(self, chosen: Hyperparameters, kept: Checkpoints | None = None) -> Learnt | None:
        """Learn a model; what takes long is kept for the case of an interruption.

        Only the first host returns it.
        """
        if self.spools:
            return learn_streamed(self, chosen, kept)
        return learn(self.splits["train"], self.splits["validation"], self.schema, chosen)

    def test_parts(self) -> Iterator[Split]:
        """Return all test rows, some at a time."""
        if self.spools:
            yield from self.spools["test"].splits()
        else:
            yield self.splits["test"]


@contextmanager
def read_material(folders: Folders, schema: Schema, peers: Peers = ALONE) -> Iterator[Material]:
    """Read all rows; those that are many lie on disk as long as they are needed.

    Each of several hosts has other training rows, and all have all the rest, of which the first
    one alone reads the test rows.

    Raises:
        TrainingError: a split has no rows, or one that does not fit the schema.
    """
    counts = (
        {name: count_rows(folders, name, MOST_REFIT_ROWS) for name in SPLITS}
        if peers.count == 1
        else {}
    )
    if counts and not is_large(counts):
        yield Material(schema, {name: read_split(folders, name, schema) for name in SPLITS})
        return
    if peers.count > 1:
        check_shared(folders)
    with tempfile.TemporaryDirectory(prefix="rows-") as folder:
        where = Path(folder)
        train = write_spool(folders, "train", schema, where, peers)
        others: list[SplitName] = ["validation", "test"] if peers.leads else ["validation"]
        spools = {name: write_spool(folders, name, schema, where) for name in others}
        samples = {name: spool.sample(SAMPLED[name]) for name, spool in spools.items()}
        sample = train.shared_sample(SAMPLED["train"], peers)
        yield Material(schema, {"train": sample, **samples}, {"train": train, **spools}, peers)


def read_test(folders: Folders, schema: Schema) -> tuple[Split, int]:
    """Return the test rows, or a sample of them if they are many, and how many there are.

    Raises:
        TrainingError: there are none, or one does not fit the schema.
    """
    if count_rows(folders, "test", MOST_REFIT_ROWS) <= MOST_REFIT_ROWS:
        test = read_split(folders, "test", schema)
        return test, test.features.rows
    with tempfile.TemporaryDirectory(prefix="rows-") as folder:
        spool = write_spool(folders, "test", schema, Path(folder))
        return spool.sample(SAMPLED["test"]), spool.rows


def check_shared(folders: Folders) -> None:
    """Check that hosts have different rows to learn from: the same ones would all count again.

    Raises:
        TrainingError: they have the same ones.
    """
    if not folders.inputs.exists():
        return
    channels: Mapping[str, Any] = json.loads(folders.inputs.read_bytes())
    found = channels.get("train", {}).get("S3DistributionType", SHARDED)
    if found != SHARDED:
        raise TrainingError(
            "each host has all rows of the train split, not a share of them",
            found=f"the distribution {found}",
            expected=f"{SHARDED} for the channel 'train' of several hosts",
            do="correct the training job's input channel",
        )


def is_large(rows: Mapping[str, int]) -> bool:
    """Tell whether rows are too many to be held, and to be learnt from once more."""
    learnt = rows["train"] + rows["validation"]
    return learnt > MOST_REFIT_ROWS or rows["test"] > MOST_REFIT_ROWS
