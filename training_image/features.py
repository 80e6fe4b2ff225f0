"""Rows as the model takes them: a block of numbers and a block of words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training_image.schema import Schema

MISSING: Final = ""
"""A category that is not there; a number that is not there is NaN."""


@dataclass(frozen=True)
class Features:
    """Rows of features; the columns of each block are in the schema's order.

    `numeric` has 32 bits, as the model has: what training rounds, serving rounds in the same way.
    """

    numeric: NDArray[np.float32]
    categorical: NDArray[np.object_]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.numeric)

    def take(self, rows: NDArray[np.intp]) -> Features:
        """Return some of the rows, in the order asked for."""
        return Features(self.numeric[rows], self.categorical[rows])

    def together(self, other: Features) -> Features:
        """Return these rows, then the other ones."""
        return Features(
            np.concatenate([self.numeric, other.numeric]),
            np.concatenate([self.categorical, other.categorical]),
        )

    def shuffle(self, column: str, schema: Schema, order: NDArray[np.intp]) -> Features:
        """Return the same rows with one column's values in another order."""
        if column in [one.name for one in schema.numbers]:
            numeric, places = self.numeric.copy(), schema.places(column)
            numeric[:, places] = numeric[order, places]
            return replace(self, numeric=numeric)
        index = [one.name for one in schema.categories].index(column)
        categorical = self.categorical.copy()
        categorical[:, index] = categorical[order, index]
        return replace(self, categorical=categorical)


def as_features(numeric: Sequence[Any], categorical: Sequence[Any], schema: Schema) -> Features:
    """Return features from columns of numbers and columns of words, each a sequence of rows.

    There is one column of numbers for each place of the model's input.
    """
    rows = len(numeric[0]) if numeric else len(categorical[0])
    numbers = np.empty((rows, schema.width), dtype=np.float32)
    words = np.empty((rows, len(schema.categories)), dtype=np.object_)
    for index, column in enumerate(numeric):
        numbers[:, index] = column
    for index, column in enumerate(categorical):
        words[:, index] = column
    return Features(numbers, words)
