"""Reads the train split of jobs whole and through a spool, in the image's environment.

    python read_both.py JOB...

Prints a JSON list: for each job, what either way found or said.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from training_image.dataset import Split, read_dataset, read_split
from training_image.errors import TrainingImageError
from training_image.inputs import one_hot
from training_image.settings import Folders
from training_image.spool import write_spool
from training_image.streaming import hot_codes


def main(jobs: list[str]) -> None:
    """Read all jobs both ways."""
    print(json.dumps([both(Folders(Path(job))) for job in jobs]))  # noqa: T201 - the answer


def both(folders: Folders) -> dict[str, object]:
    """Read a job both ways."""
    schema = read_dataset(folders).schema
    with tempfile.TemporaryDirectory() as folder:

        def spooled() -> Split:
            spool = write_spool(folders, "train", schema, Path(folder))
            whole = spool.sample(spool.rows)
            codes = np.concatenate([batch.codes for batch in spool.batches(7)])
            assert np.array_equal(hot_codes(codes, schema), one_hot(whole.features, schema))
            assert sum(part.features.rows for part in spool.splits(7)) == spool.rows
            return whole

        return {
            "whole": told(lambda: read_split(folders, "train", schema)),
            "spooled": told(spooled),
        }


def told(read: Callable[[], Split]) -> object:
    """Return what identifies rows, or why there are none."""
    try:
        split = read()
    except TrainingImageError as error:
        return str(error)
    features = split.features
    arrays = (features.numeric.tobytes(), features.categorical.tolist(), split.target.tolist())
    digest = hashlib.sha256(repr(arrays).encode()).hexdigest()
    return [features.rows, digest, [list(row) for row in split.texts[:20]]]


if __name__ == "__main__":
    main(sys.argv[1:])
