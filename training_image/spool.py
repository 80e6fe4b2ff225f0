"""A split's encoded rows on disk: read once, checked, and then read again as often as is needed.

XGBoost makes its quantile matrix in several passes. Each takes a part of the time here that reading
the files took, and memory holds one batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Self

import numpy as np

from training_image.batches import Batch, first_texts, read_batches
from training_image.dataset import Split, no_rows, one_value
from training_image.examples import MOST_EXAMPLES
from training_image.features import MISSING, Features
from training_image.objectives import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training_image.dataset import SplitName
    from training_image.schema import Schema
    from training_image.settings import Folders

    Numbers = NDArray[np.float64]

AT_ONCE: Final = 131_072
"""Rows that are in memory at once."""


@dataclass(frozen=True)
class Spool:
    """Where a split's rows lie, and what was found while they were written."""

    folder: Path
    name: SplitName
    schema: Schema
    rows: int
    low: Numbers
    high: Numbers
    """The least and the largest value of each column of numbers, NaN where all is missing."""

    least_target: float
    counts: NDArray[np.int64]
    """Rows of each class; empty if the target is a number."""

    texts: Sequence[Sequence[str]]
    """The first rows as the files have them."""

    def batches(self, at_once: int = AT_ONCE) -> Iterator[Batch]:
        """Read all rows, some at a time."""
        width, words = self.schema.width, len(self.schema.categories)
        with _opened(self.folder, self.name, "rb") as files:
            for first in range(0, self.rows, at_once):
                many = min(at_once, self.rows - first)
                yield Batch(
                    np.fromfile(files.numeric, np.float32, many * width).reshape(many, width),
                    np.fromfile(files.codes, np.int32, many * words).reshape(many, words),
                    np.fromfile(files.target, np.float64, many),
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

    def _split(self, batch: Batch, texts: Sequence[Sequence[str]] = ()) -> Split:
        words = np.empty(batch.codes.shape, dtype=np.object_)
        for place, column in enumerate(self.schema.categories):
            names = np.array([*column.values, MISSING], dtype=np.object_)
            words[:, place] = names[batch.codes[:, place]]
        return Split(self.name, Features(batch.numeric, words), batch.target, texts)


def write_spool(folders: Folders, name: SplitName, schema: Schema, folder: Path) -> Spool:
    """Read and check a split's files, and write their rows where they are quick to read again.

    Raises:
        TrainingError: the split has no rows, or one that does not fit the schema.
    """
    seen = _Seen(schema)
    with _opened(folder, name, "wb") as files:
        for batch in read_batches(folders, name, schema):
            batch.numeric.tofile(files.numeric)
            batch.codes.tofile(files.codes)
            batch.target.tofile(files.target)
            seen.add(batch)
    if not seen.rows:
        raise no_rows(name)
    texts = first_texts(folders, name, schema, MOST_EXAMPLES)
    if name != "validation" and seen.least_target == seen.most_target:
        place = [column.name for column in schema.columns].index(schema.target)
        raise one_value(name, schema.target_column, texts[0][place])
    low, high, counts = seen.low, seen.high, seen.counts
    return Spool(folder, name, schema, seen.rows, low, high, seen.least_target, counts, texts)


class _Seen:
    """What is found while rows go by."""

    def __init__(self, schema: Schema) -> None:
        self.rows = 0
        self.low: Numbers = np.full(schema.width, np.nan)
        self.high: Numbers = np.full(schema.width, np.nan)
        self.least_target, self.most_target = np.inf, -np.inf
        self.classes = len(schema.classes) if schema.target_column.kind in LABELS else 0
        self.counts = np.zeros(self.classes, dtype=np.int64)

    def add(self, batch: Batch) -> None:
        self.rows += len(batch.target)
        self.low = np.fmin(self.low, np.fmin.reduce(batch.numeric, axis=0))
        self.high = np.fmax(self.high, np.fmax.reduce(batch.numeric, axis=0))
        self.least_target = min(self.least_target, float(batch.target.min()))
        self.most_target = max(self.most_target, float(batch.target.max()))
        if self.classes:
            self.counts += np.bincount(batch.target.astype(np.intp), minlength=self.classes)


class _opened:  # noqa: N801 - reads as a function
    """The three files of a split."""

    def __init__(self, folder: Path, name: SplitName, mode: str) -> None:
        self.numeric: IO[bytes] = (folder / f"{name}.numeric").open(mode)
        self.codes: IO[bytes] = (folder / f"{name}.codes").open(mode)
        self.target: IO[bytes] = (folder / f"{name}.target").open(mode)

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
