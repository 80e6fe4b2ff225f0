"""What is left out of rows, and what is put together, before anything is learnt of them.

Clients send all columns of the schema; the graph leaves out and puts together as training did. What
is derived is computed by one operation of 32 bits, or by a logarithm of 64: both are the same to
the last bit everywhere, so trees may cut at any value. What is no finite number is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image.errors import TrainingError
from training_image.features import Features
from training_image.objectives import NUMBERS
from training_image.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from training_image.dataset import Split

    Floats = NDArray[np.float32]


def _logarithm(values: Floats) -> Floats:
    return np.log(values.astype(np.float64)).astype(np.float32)


KINDS: Final[Mapping[str, Callable[..., Floats]]] = {
    "ratio": np.divide,
    "difference": np.subtract,
    "product": np.multiply,
    "log": _logarithm,
}
"""How features are derived, in the order in which the graph has them."""


@dataclass(frozen=True)
class Derived:
    """One number that is computed from others."""

    name: str
    kind: str
    of: tuple[str, ...]
    """One column for `log`, else two."""


@dataclass(frozen=True)
class Preparation:
    """How rows of the schema become rows to learn from."""

    raw: Schema
    """What clients send."""

    schema: Schema
    """What is learnt from: what is left of it, and after it what is derived."""

    numbers: tuple[int, ...]
    words: tuple[int, ...]
    """The columns of the model's inputs that are left."""

    derived: Mapping[str, tuple[tuple[int, ...], ...]]
    """By kind, the columns of the model's input that each feature is computed from."""

    @property
    def changes(self) -> bool:
        """Whether rows are anything else afterwards."""
        return self.raw is not self.schema

    def features(self, features: Features) -> Features:
        """Return the rows to learn from."""
        if not self.changes:
            return features
        kept = features.numeric[:, list(self.numbers)]
        blocks = [
            self._derive(kind, features.numeric, places) for kind, places in self.derived.items()
        ]
        words = features.categorical[:, list(self.words)]
        return Features(np.concatenate([kept, *blocks], axis=1), words)

    def split(self, split: Split) -> Split:
        """Return a split's rows to learn from."""
        return replace(split, features=self.features(split.features)) if self.changes else split

    def _derive(self, kind: str, numeric: Floats, places: Sequence[tuple[int, ...]]) -> Floats:
        parts = [numeric[:, list(side)] for side in zip(*places, strict=True)]
        with np.errstate(all="ignore"):
            found = KINDS[kind](*parts)
        return np.where(np.isinf(found), np.float32(np.nan), found)


def prepare(schema: Schema, exclude: Sequence[str], derived: Sequence[Derived]) -> Preparation:
    """Return how rows are prepared.

    Raises:
        TrainingError: a column is no feature, or no number where one is needed.
    """
    names = [column.name for column in schema.features]
    _require(exclude, names, "training.features.exclude")
    numbers = [column.name for column in schema.features if column.kind in NUMBERS]
    _require([part for one in derived for part in one.of], numbers, "training.features.derived")
    ordered = sorted(derived, key=lambda one: [*KINDS].index(one.kind))
    places = {column.name: schema.places(column.name) for column in schema.numbers}
    left = tuple(column for column in schema.columns if column.name not in exclude)
    more = tuple(Column(one.name, "numeric", nullable=True) for one in ordered)
    return Preparation(
        raw=schema,
        schema=replace(schema, columns=(*left, *more)) if exclude or derived else schema,
        numbers=tuple(
            place
            for name, found in places.items()
            if name not in exclude
            for place in range(found.start, found.stop)
        ),
        words=tuple(
            place for place, column in enumerate(schema.categories) if column.name not in exclude
        ),
        derived={
            kind: tuple(
                tuple(places[part].start for part in one.of) for one in ordered if one.kind == kind
            )
            for kind in dict.fromkeys(one.kind for one in ordered)
        },
    )


def directions(schema: Schema, monotone: Mapping[str, str]) -> tuple[int, ...]:
    """Return 1, -1 or 0 for each column of the numbers to learn from.

    Raises:
        TrainingError: a column is no single number.
    """
    single = [one.name for one in schema.numbers if one.kind in (*NUMBERS, "boolean")]
    _require([*monotone], single, "training.monotone")
    signs = {"increasing": 1, "decreasing": -1}
    return tuple(
        signs[monotone[column.name]] if column.name in monotone else 0
        for column in schema.numbers
        for _ in range(column.width)
    )


def _require(wanted: Sequence[str], allowed: Sequence[str], where: str) -> None:
    unknown = [name for name in wanted if name not in allowed]
    if unknown:
        raise TrainingError(
            f"{where} names a column that it cannot take",
            found=repr(unknown[0]),
            expected=f"one of {', '.join(allowed)}",
            do="correct the model file",
        )


def read_derived(document: Sequence[Mapping[str, Any]]) -> tuple[Derived, ...]:
    """Read derived features as the model file has them.

    Raises:
        ValueError: one has no name, no kind that is known, or another number of columns.
    """
    return tuple(_read_one(one) for one in document)


def _read_one(fields: Mapping[str, Any]) -> Derived:
    kinds = [kind for kind in KINDS if kind in fields]
    if len(kinds) != 1 or not isinstance(fields.get("name"), str):
        raise ValueError(fields)
    value = fields[kinds[0]]
    of: tuple[Any, ...] = (value,) if isinstance(value, str) else tuple(value)
    if len(of) != (1 if kinds[0] == "log" else 2):
        raise ValueError(fields)
    return Derived(fields["name"], kinds[0], tuple(map(str, of)))
