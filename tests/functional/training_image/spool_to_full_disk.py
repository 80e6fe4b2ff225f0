"""Writes a job's rows to a disk that is full, in the image's environment.

    python spool_to_full_disk.py JOB FOLDER

Prints the number of the system's error.
"""

import sys
from pathlib import Path

from training_image.dataset import read_dataset
from training_image.settings import Folders
from training_image.spool import write_spool


def main(job: str, folder: Path) -> None:
    """Write to what is always full."""
    for kind in ("numeric", "codes", "target"):
        (folder / f"train.{kind}").symlink_to("/dev/full")
    folders = Folders(Path(job))
    try:
        write_spool(folders, "train", read_dataset(folders).schema, folder)
    except OSError as error:
        print(error.errno)  # noqa: T201 - the answer


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
