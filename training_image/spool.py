"""A split's encoded rows on disk: read once, checked, and then read again as often as is needed.

XGBoost makes its quantile matrix in several passes. Each takes a part of the time here that reading
the files took, and memory holds one batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import IO, TYPE_CHECKING, Final, Self

import numpy as np

from training_image.ahead import ahead
from training_image.batches import Batch, first_texts, read_batches
from training_image.dataset import Split, no_rows, one_value
from training_image.errors import TrainingError
from training_image.examples import MOST_EXAMPLES
from training_image.features import MISSING, Features
from training_image.objectives import LABELS
from training_image.peers import ALONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training_image.dataset import SplitName
    from training_image.peers import Peers
    from training_image.schema import Schema
    from training_image.settings import Folders

    Numbers = NDArray[np.float64]

AT_ONCE: Final = 131_072
"""Rows that are in memory at once."""


@dataclass(frozen=True)
class Seen:
    """What was found of rows."""

    rows: int
    low: Numbers
    high: Numbers
    """The least and the largest value of each column of numbers, NaN where all is missing."""

    least_target: float
    most_target: float
    counts: NDArray[np.int64]
    """Rows of each class; empty if the target is a number."""

    def together(self, other: Seen) -> Seen:
        """Return what was found of these rows and other ones."""
        return Seen(
            rows=self.rows + other.rows,
            low=np.fmin(self.low, other.low),
            high=np.fmax(self.high, other.high),
            least_target=min(self.least_target, other.least_target),
            most_target=max(self.most_target, other.most_target),
            counts=self.counts + other.counts,
        )


@dataclass(frozen=True)
class Spool:
    """Where a split's rows lie, and what was found while they were written."""

    folder: Path
    name: SplitName
    schema: Schema
    rows: int
    """Of this host."""

    seen: Seen
    """Of all hosts."""

    texts: Sequence[Sequence[str]]
    """The first rows as the files have them."""

    def batches(self, at_once: int = AT_ONCE, part: tuple[int, int] = (0, 1)) -> Iterator[Batch]:
        """Read all rows, or every so many-th, some at a time."""
        width, words = self.schema.width, len(self.schema.categories)
        with _opened(self.folder, self.name, "rb") as files:
            for first in range(0, self.rows, at_once):
                many = min(at_once, self.rows - first)
                kept = slice((part[0] - first) % part[1], None, part[1])
                yield Batch(
                    np.fromfile(files.numeric, np.float32, many * width).reshape(many, width)[kept],
                    np.fromfile(files.codes, np.int32, many * words).reshape(many, words)[kept],
                    np.fromfile(files.target, np.float64, many)[kept],
                )

    def splits(self, at_once: int = AT_ONCE) -> Iterator[Split]:
        """Read all rows as a model takes them, some at a time."""
        for batch in self.batches(at_once):
            yield self._split(batch)

    def sample(self, most: int, seed: int = 0) -> Split:
        """Return some of the rows, the first ones among them, or all if they are no more."""
        first = len(self.texts)
        chosen = np.arange(self.rows)
        if self.rows > most:
            draw = np.random.default_rng(seed).choice(
                self.rows - first, most - first, replace=False
            )
            chosen = np.concatenate([chosen[:first], np.sort(draw) + first])
        found: list[Batch] = []
        first = 0
        for batch in self.batches():
            low, high = np.searchsorted(chosen, (first, first + len(batch.target)))
            part = chosen[low:high] - first
            found.append(Batch(batch.numeric[part], batch.codes[part], batch.target[part]))
            first += len(batch.target)
        return self._split(_together(found), self.texts)

    def shared_sample(self, most: int, peers: Peers) -> Split:
        """Return some of the rows of all hosts, of each as many as is its share."""
        share = max(len(self.texts), most * self.rows // self.seen.rows)
        return reduce(Split.together, peers.gather(self.sample(share, peers.rank)))

    def _split(self, batch: Batch, texts: Sequence[Sequence[str]] = ()) -> Split:
        words = np.empty(batch.codes.shape, dtype=np.object_)
        for place, column in enumerate(self.schema.categories):
            names = np.array([*column.values, MISSING], dtype=np.object_)
            words[:, place] = names[batch.codes[:, place]]
        return Split(self.name, Features(batch.numeric, words), batch.target, texts)


def write_spool(
    folders: Folders, name: SplitName, schema: Schema, folder: Path, peers: Peers = ALONE
) -> Spool:
    """Read and check a split's files, and write their rows where they are quick to read again.

    The `peers` are those that have other rows of it.

    Raises:
        TrainingError: the split has no rows, or one that does not fit the schema.
    """
    seen = _nothing(schema)
    with _opened(folder, name, "wb") as files:
        for batch in ahead(read_batches(folders, name, schema)):
            files.add(batch)
            seen = seen.together(_see(batch, len(seen.counts)))
    if not seen.rows:
        raise no_rows(name) if peers.count == 1 else _no_share(name, peers)
    rows, seen = seen.rows, reduce(Seen.together, peers.gather(seen))
    texts = first_texts(folders, name, schema, MOST_EXAMPLES)
    if name != "validation" and seen.least_target == seen.most_target:
        raise one_value(name, schema.target_column)
    return Spool(folder, name, schema, rows, seen, texts)


def _nothing(schema: Schema) -> Seen:
    classes = len(schema.classes) if schema.target_column.kind in LABELS else 0
    missing = np.full(schema.width, np.nan)
    return Seen(0, missing, missing, np.inf, -np.inf, np.zeros(classes, dtype=np.int64))


def _see(batch: Batch, classes: int) -> Seen:
    places = batch.target.astype(np.intp) if classes else np.empty(0, dtype=np.intp)
    return Seen(
        rows=len(batch.target),
        low=np.fmin.reduce(batch.numeric, axis=0).astype(np.float64),
        high=np.fmax.reduce(batch.numeric, axis=0).astype(np.float64),
        least_target=float(batch.target.min()),
        most_target=float(batch.target.max()),
        counts=np.bincount(places, minlength=classes),
    )


def _no_share(name: SplitName, peers: Peers) -> TrainingError:
    return TrainingError(
        f"host {peers.rank + 1} of {peers.count} got no rows of the {name} split",
        do="upload more raw files, or lower training.instance_count in the model file: each host "
        "needs a part with rows",
    )


class _opened:  # noqa: N801 - reads as a function
    """The three files of a split."""

    def __init__(self, folder: Path, name: SplitName, mode: str) -> None:
        self.numeric: IO[bytes] = (folder / f"{name}.numeric").open(mode)
        self.codes: IO[bytes] = (folder / f"{name}.codes").open(mode)
        self.target: IO[bytes] = (folder / f"{name}.target").open(mode)

    def add(self, batch: Batch) -> None:
        """Write rows; not by `tofile`, which hides that a disk is full."""
        self.numeric.write(np.ascontiguousarray(batch.numeric).data)
        self.codes.write(np.ascontiguousarray(batch.codes).data)
        self.target.write(np.ascontiguousarray(batch.target).data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self.numeric, self.codes, self.target):
            file.close()


def _together(batches: Sequence[Batch]) -> Batch:
    return Batch(
        np.concatenate([batch.numeric for batch in batches]),
        np.concatenate([batch.codes for batch in batches]),
        np.concatenate([batch.target for batch in batches]),
    )
