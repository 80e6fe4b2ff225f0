"""From rows to the matrices that trees and nets learn from; the graph computes the same.

Numbers are clipped to the range of nearly all training rows, so that a slip of the pen far out
moves nothing. Of sizes, columns of positive numbers, trees get the ratios and nets the logarithms,
whose differences are ratios. Trees get nothing that is computed but by one division, which is the
same to the last bit everywhere: they cut at values that occur. Nets get standardised columns
without gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from training_image.features import Features
    from training_image.schema import Schema

    Floats = NDArray[np.float32]

CLIPPED_PERCENT: Final = 0.2
"""Of the training rows, on either side: chosen by cross-validation (`make bench-quality`)."""

MOST_RATIOS: Final = 45
"""Of pairs: beyond ten sizes each pair says too little for what it costs."""

_FEW_VALUES: Final = 20
"""Of a column that is a scale or a flag, not a measurement."""

_LOOKED_AT: Final = 100_000
"""Rows: more of them would not find a measurement to be a flag."""

_MOSTLY: Final = 0.99
_LEAST_DEVIATION: Final = 1e-6
_FURTHEST: Final = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Inputs:
    """How rows become matrices. All arrays have one value for each column that they speak of."""

    low: Floats
    high: Floats
    """Where the numbers of the model's input are clipped."""

    sizes: tuple[int, ...]
    """The columns of the model's input that are sizes."""

    floor: Floats
    """What a size is at least when it is divided by, or its logarithm taken."""

    ratios: tuple[tuple[int, int], ...]
    """Pairs of places in `sizes`."""

    gaps: tuple[int, ...]
    """The columns of the model's input that were empty in some rows: nets are told where."""

    ratio_low: Floats = field(default_factory=lambda: np.empty(0, np.float32))
    ratio_high: Floats = field(default_factory=lambda: np.empty(0, np.float32))
    """Where ratios are clipped: at those of the rows that trees learn from, or of their sample."""

    whole: tuple[bool, ...] = ()
    """Of each column of the model's input: that its ends are those of all values."""

    mean: Floats = field(default_factory=lambda: np.zeros(1, np.float32))
    deviation: Floats = field(default_factory=lambda: np.ones(1, np.float32))
    """Of the nets' columns."""

    def for_trees(self, features: Features, schema: Schema) -> Floats:
        """Return a matrix with a row for each row, NaN where something is missing."""
        return self.tree_matrix(features.numeric, one_hot(features, schema))

    def tree_matrix(self, numeric: Floats, hot: Floats) -> Floats:
        """Return the same of numbers, and of words that are columns already."""
        clipped, sizes = self._clipped(numeric)
        ratios = np.clip(self._ratios(sizes), self.ratio_low, self.ratio_high)
        return np.concatenate([clipped, hot, ratios], axis=1)

    def bounds(self, hot: int) -> tuple[Floats, Floats]:
        """Return where the columns of the trees' matrix end, of which so many are words'."""
        low, high = (np.full(hot, sign * np.inf, dtype=np.float32) for sign in (-1, 1))
        return (
            np.concatenate([self.low, low, self.ratio_low]),
            np.concatenate([self.high, high, self.ratio_high]),
        )

    def with_ratio_bounds(self, numeric: Floats) -> Inputs:
        """Return the same, with ratios clipped at those of these rows."""
        ratios = self._ratios(self._clipped(numeric)[1])
        low, high = np.fmin.reduce(ratios, axis=0), np.fmax.reduce(ratios, axis=0)
        return replace(self, ratio_low=low, ratio_high=high)

    def without_ratios(self) -> Inputs:
        """Return the same for trees that get none."""
        none = np.empty(0, np.float32)
        return replace(self, ratios=(), ratio_low=none, ratio_high=none)

    def _ratios(self, sizes: Floats) -> Floats:
        pairs = [sizes[:, one] / sizes[:, other] for one, other in self.ratios]
        return np.stack(pairs, axis=1) if pairs else sizes[:, :0]

    def for_nets(self, features: Features, schema: Schema) -> Floats:
        """Return a standardised matrix; what is missing is the mean."""
        columns = self.net_columns(features, schema)
        scaled = (columns - self.mean) / self.deviation
        return np.where(np.isnan(scaled), np.float32(0), scaled)

    def net_columns(self, features: Features, schema: Schema) -> Floats:
        """Return the nets' columns as they are before they are standardised."""
        clipped, sizes = self._clipped(features.numeric)
        logs = np.log(sizes.astype(np.float64)).astype(np.float32)
        gaps = np.isnan(features.numeric[:, list(self.gaps)]).astype(np.float32)
        return np.concatenate([clipped, logs, gaps, one_hot(features, schema)], axis=1)

    def _clipped(self, numeric: Floats) -> tuple[Floats, Floats]:
        clipped = np.clip(numeric, self.low, self.high)
        return clipped, np.maximum(clipped[:, list(self.sizes)], self.floor)


def fit_inputs(
    features: Features,
    schema: Schema,
    alone: Collection[str] = (),
    *,
    most_ratios: int = MOST_RATIOS,
) -> Inputs:
    """Choose how rows become matrices, by the training rows alone.

    Columns that stand `alone` are no sizes: neither ratios nor logarithms of them are taken.
    """
    numbers = features.numeric
    places = _number_places(schema)
    whole = [
        not (place in places and _is_clipped(numbers[:, place])) for place in range(schema.width)
    ]
    bounds = [_range(numbers[:, place], whole[place]) for place in range(schema.width)]
    low, high = np.array(bounds, dtype=np.float32).reshape(-1, 2).T
    apart = {schema.places(name).start for name in alone}
    sizes = [
        place
        for place in places
        if place not in apart and not whole[place] and _is_size(numbers[:, place])
    ]
    floors = [_least_positive(np.maximum(numbers[:, place], low[place])) for place in sizes]
    pairs = [(one, other) for one in range(len(sizes)) for other in range(one)]
    unscaled = Inputs(
        low=low,
        high=high,
        sizes=tuple(sizes),
        floor=np.array(floors, dtype=np.float32),
        ratios=tuple(pairs) if len(pairs) <= most_ratios else (),
        whole=tuple(whole),
        gaps=tuple(int(place) for place in np.flatnonzero(np.isnan(numbers).any(axis=0))),
    )
    unscaled = unscaled.with_ratio_bounds(numbers)
    columns = unscaled.net_columns(features, schema)
    mean, deviation = moments(columns)
    return replace(unscaled, mean=mean.astype(np.float32), deviation=deviation.astype(np.float32))


def moments(columns: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and deviation of each column, of what is finite in it; 1 where nothing varies."""
    with np.errstate(invalid="ignore"):
        known = np.isfinite(columns)
        counts = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, columns, 0).sum(axis=0, dtype=np.float64) / counts
        spread = np.where(known, columns - mean, 0).astype(np.float64)
    deviation = np.sqrt((spread**2).sum(axis=0) / counts)
    deviation[deviation <= _LEAST_DEVIATION * np.abs(mean)] = 1.0
    return mean, deviation


def one_hot(features: Features, schema: Schema) -> Floats:
    """Return one column for each category; a missing one is zero in all of them."""
    blocks = [features.numeric[:, :0]]
    for index, column in enumerate(schema.categories):
        words = features.categorical[:, index]
        blocks += [(words == value).astype(np.float32)[:, None] for value in column.values]
    return np.concatenate(blocks, axis=1)


def _number_places(schema: Schema) -> list[int]:
    """Return the columns of the model's input that are numbers in the file, too."""
    columns = [column for column in schema.numbers if column.kind in ("numeric", "integer")]
    return [schema.places(column.name).start for column in columns]


def _is_clipped(values: Floats) -> bool:
    """Tell whether a column's values are not few: of few, rare ones may matter."""
    known = values[~np.isnan(values)]
    return np.unique(known[:_LOOKED_AT]).size > _FEW_VALUES


def _range(values: Floats, whole: bool) -> tuple[float, float]:  # noqa: FBT001 - one call
    """Return where a column is clipped: at its ends if all of it counts."""
    known = values[~np.isnan(values)]
    if not known.size:
        return -_FURTHEST, _FURTHEST
    if whole:
        return float(known.min()), float(known.max())
    found = np.percentile(known, (CLIPPED_PERCENT, 100 - CLIPPED_PERCENT))
    return float(found[0]), float(found[1])


def _is_size(values: Floats) -> bool:
    """Tell whether a column holds positive numbers and no negative one."""
    known = values[~np.isnan(values)]
    return bool(known.size and known.min() >= 0 and (known > 0).mean() >= _MOSTLY)


def _least_positive(values: Floats) -> float:
    return float(values[values > 0].min())
