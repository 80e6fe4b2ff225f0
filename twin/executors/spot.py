"""Spot capacity: machines that may be taken away, and the checkpoints that outlive them.

A container gets SIGTERM and two minutes, as SageMaker gives it; what is in its checkpoint folder by
then lies in S3 and comes back when the job starts again, on machines that know nothing else of it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from botocore.exceptions import ClientError

from twin.executors.containers import Location, download, list_keys
from twin.executors.training_inputs import JobError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from twin.execution import Finished

NOTICE_SECONDS: Final = 120.0
"""Between SIGTERM and SIGKILL, as SageMaker's guide has it."""

CHECKPOINT: Final = "checkpoint"
"""Take the machines away as soon as something is kept, instead of after a time."""


class Ending:
    """Whether a job's processes are to end: because it is stopped, or its machines are taken away.

    Machines are taken away once a job, and only of jobs on spot capacity.
    """

    def __init__(self, stop: threading.Event, folders: Iterable[Path], when: str) -> None:
        self.taken = False
        self._stop = stop
        self._folders = tuple(folders)
        self._when = when
        self._began = time.monotonic()

    def is_set(self) -> bool:
        """Tell whether they are to end, and take the machines away if it is time to."""
        if self._when and not self.taken and not self._stop.is_set() and self._is_time():
            self.taken = True
        return self.taken or self._stop.is_set()

    def _is_time(self) -> bool:
        if self._when == CHECKPOINT:
            return any(files_below(folder) for folder in self._folders)
        return time.monotonic() - self._began >= float(self._when)

    def once_more(self) -> Ending:
        """Return how the job ends that starts again: on machines that it keeps."""
        return Ending(self._stop, self._folders, when="")

    def took(self, finished: Finished) -> bool:
        """Tell whether that is how a job ended that nobody stopped."""
        by_itself = finished.ok or finished.timed_out
        return self.taken and not by_itself and not self._stop.is_set()


def outlive(
    ending: Ending,
    attempt: Callable[[Ending], tuple[str, Finished]],
    enter: Callable[[Literal["Interrupted", "Starting"]], None],
) -> tuple[str, Finished]:
    """Run a job to its end, on other machines if the first ones are taken away."""
    decided, finished = attempt(ending)
    if not ending.took(finished):
        return decided, finished
    enter("Interrupted")
    enter("Starting")
    return attempt(ending.once_more())


@dataclass(frozen=True)
class Kept:
    """The checkpoints of a job: a folder of each host, and one place in S3 for all."""

    s3: Any
    uri: str
    """Empty where the job keeps nothing."""

    folders: tuple[Path, ...] = field(default=())

    def bring(self) -> None:
        """Make the folders, with what was kept before.

        Raises:
            JobError: the job's role may not read it.
        """
        if not self.uri:
            return
        place = self._place()
        try:
            keys = list(list_keys(self.s3, place))
            for folder in self.folders:
                folder.mkdir(parents=True, exist_ok=True)
                for key in keys:
                    name = key.removeprefix(place.key)
                    download(self.s3, Location(place.bucket, key), folder / name)
        except ClientError as error:
            raise JobError(f"ClientError: Checkpoint download failed: {error}") from error

    def keep(self) -> None:
        """Make S3 hold what the folders hold, under the bucket's own key: there is no other way.

        What a container deleted is deleted there too. Where hosts differ, the latest file is kept.

        Raises:
            JobError: the job's role may not write it.
        """
        if not self.uri:
            return
        place = self._place()
        files = self._files(place)
        try:
            for key in {*list_keys(self.s3, place)} - {*files}:
                self.s3.delete_object(Bucket=place.bucket, Key=key)
            for key, file in files.items():
                self.s3.put_object(Bucket=place.bucket, Key=key, Body=file.read_bytes())
        except ClientError as error:
            raise JobError(f"ClientError: Checkpoint upload failed: {error}") from error

    def _files(self, place: Location) -> dict[str, Path]:
        found = [
            (file.stat().st_mtime_ns, place.key + file.relative_to(folder).as_posix(), file)
            for folder in self.folders
            for file in files_below(folder)
        ]
        return {key: file for _, key, file in sorted(found)}

    def _place(self) -> Location:
        return Location.parse(f"{self.uri.rstrip('/')}/")


def files_below(folder: Path) -> list[Path]:
    """Return the files of a folder that is perhaps not there."""
    return sorted(one for one in folder.rglob("*") if one.is_file())
