"""Small neural networks, several at once: as many as steady each other's answers.

Each has two hidden layers and starts at other weights. They learn by Adam with decoupled weight
decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019) and a rate that falls
to zero along a cosine; what they say together is the mean of their margins. All of it is NumPy on
one thread: matrices this small gain nothing from more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from training_image.objectives import Objective

    Floats = NDArray[np.float32]

NETS: Final = 8
WIDTH: Final = 32
STEPS: Final = 4_200
"""Of learning, each of one batch: 160 rounds over 3,300 rows."""

BATCH: Final = 128
RATE: Final = 3e-3
DECAYS: Final = (0.15, 0.5, 1.7, 5.5)
"""Of weights: little for much data with little noise, a lot for the opposite."""

SPREAD: Final = 1.5
"""Nets of one decay learn with as much less or more of it, in turns, which is steadier."""

_BETA_1: Final = 0.9
_BETA_2: Final = 0.999
_TINY: Final = 1e-8


@dataclass(frozen=True)
class Lesson:
    """What nets learn from."""

    rows: Floats
    """Standardised, without gaps; shape (rows, columns)."""

    target: Floats
    """Shape (rows, margins)."""

    weight: Floats
    """Shape (rows,), with the mean 1."""


@dataclass(frozen=True)
class Nets:
    """What was learnt, layer by layer."""

    weights: tuple[Floats, ...]
    """Each of shape (nets, from, to)."""

    offsets: tuple[Floats, ...]
    """Each of shape (nets, 1, to)."""

    center: float
    scale: float
    """Of a target that is a number: margins of rows are `center + scale * output`."""

    decay: float = 0.0
    """That they learnt with, between them."""

    def margins(self, rows: Floats) -> Floats:
        """Return the mean margins, shape (rows, margins), of rows, shape (rows, columns)."""
        parts = [
            _forward(self.weights, self.offsets, rows[first : first + _AT_ONCE][None])[-1]
            for first in range(0, len(rows), _AT_ONCE)
        ]
        together = np.concatenate(parts, axis=1).mean(axis=0)
        return (together * np.float32(self.scale) + np.float32(self.center)).astype(np.float32)


_AT_ONCE: Final = 65_536
"""Rows, which bounds the memory of predictions."""


def scout_nets(lesson: Lesson, objective: Objective, seed: int) -> list[Nets]:
    """Return a few nets of each decay: enough to tell which one suits the data."""
    few = NETS // len(DECAYS)
    found = _fit(lesson, objective, seed, np.repeat(DECAYS, few))
    return [
        replace(
            found,
            weights=tuple(one[few * place : few * (place + 1)] for one in found.weights),
            offsets=tuple(one[few * place : few * (place + 1)] for one in found.offsets),
            decay=decay,
        )
        for place, decay in enumerate(DECAYS)
    ]


def fit_nets(lesson: Lesson, objective: Objective, seed: int, decay: float) -> Nets:
    """Return nets of a decay; the same seed gives the same nets."""
    decays = np.resize(np.array([decay / SPREAD, decay * SPREAD]), NETS)
    return replace(_fit(lesson, objective, seed, decays), decay=decay)


def _fit(lesson: Lesson, objective: Objective, seed: int, decays: NDArray[np.float64]) -> Nets:
    """Let nets learn, each with its decay."""
    rows, target, weight = lesson.rows, lesson.target, lesson.weight
    generator = np.random.default_rng(seed)
    center, scale = _standard(target, objective)
    held = decays.astype(np.float32)[:, None, None]
    wanted = ((target - center) / scale).astype(np.float32)
    values = _begin(generator, rows.shape[1], target.shape[1])
    if objective.link == "exp":
        values[-1] += np.log(np.maximum(target.mean(), _TINY), dtype=np.float32)
    momentum, energy = ([np.zeros_like(value) for value in values] for _ in range(2))
    for step, batch in enumerate(_batches(generator, len(rows))):
        slopes = _slopes(values, rows[batch], wanted[batch], weight[batch], objective)
        rate = RATE * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        for place, slope in enumerate(slopes):
            momentum[place] += (1 - _BETA_1) * (slope - momentum[place])
            energy[place] += (1 - _BETA_2) * (slope * slope - energy[place])
            change = momentum[place] / (1 - _BETA_1 ** (step + 1))
            change /= np.sqrt(energy[place] / (1 - _BETA_2 ** (step + 1))) + _TINY
            if place % 2 == 0:
                change += held * values[place]
            values[place] -= np.float32(rate) * change
    return Nets(tuple(values[0::2]), tuple(values[1::2]), center, scale)


def _standard(target: Floats, objective: Objective) -> tuple[float, float]:
    """Return what numbers are reduced by before they are learnt; counts and classes are not."""
    if objective.link != "identity":
        return 0.0, 1.0
    return float(target.mean(dtype=np.float64)), float(target.std(dtype=np.float64)) or 1.0


def _begin(generator: np.random.Generator, columns: int, margins: int) -> list[Floats]:
    """Return weights and offsets in turns, as He et al. (2015) begin with."""
    values: list[Floats] = []
    for before, after in ((columns, WIDTH), (WIDTH, WIDTH), (WIDTH, margins)):
        drawn = generator.standard_normal((NETS, before, after), dtype=np.float32)
        values += [drawn * np.float32(np.sqrt(2 / before)), np.zeros((NETS, 1, after), np.float32)]
    return values


def _batches(generator: np.random.Generator, rows: int) -> Iterator[NDArray[np.intp]]:
    """Yield the rows of each step, other ones for each net: shape (nets, batch)."""
    size = min(BATCH, rows)
    done = 0
    while True:
        orders = np.stack([generator.permutation(rows) for _ in range(NETS)])
        for first in range(0, rows - size + 1, size):
            if done == STEPS:
                return
            yield orders[:, first : first + size]
            done += 1


def _forward(weights: Sequence[Floats], offsets: Sequence[Floats], rows: Floats) -> list[Floats]:
    """Return what goes into each layer, and last what comes out."""
    layers = [rows]
    for place, (weight, offset) in enumerate(zip(weights, offsets, strict=True)):
        out = layers[-1] @ weight + offset
        layers.append(out if place == len(weights) - 1 else np.maximum(out, 0))
    return layers


def _slopes(
    values: Sequence[Floats], rows: Floats, wanted: Floats, weight: Floats, objective: Objective
) -> list[Floats]:
    """Return the slope of the mean loss of a batch by each value."""
    weights = values[0::2]
    layers = _forward(weights, values[1::2], rows)
    slope = objective.slope(layers[-1], wanted) * (weight / rows.shape[1])[..., None]
    found: list[Floats] = []
    for place in range(len(weights) - 1, -1, -1):
        found += [slope.sum(axis=1, keepdims=True), np.swapaxes(layers[place], 1, 2) @ slope]
        if place:
            slope = (slope @ np.swapaxes(weights[place], 1, 2)) * (layers[place] > 0)
    return found[::-1]
