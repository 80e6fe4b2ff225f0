"""Choosing by the losses of the same rows: what is usual stays, unless another is surely better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

Choice = TypeVar("Choice", int, float)

SURE: Final = 1
"""Standard errors by which another choice than the usual one has to be better."""


def surely_best(losses: Mapping[Choice, NDArray[np.float64]], usual: Choice) -> Choice:
    """Return the usual choice, unless another one's losses of the same rows are surely less."""
    best = min(losses, key=lambda choice: float(losses[choice].mean()))
    gained = losses[usual] - losses[best]
    chance = float(gained.std()) / len(gained) ** 0.5
    return best if float(gained.mean()) > SURE * chance else usual
