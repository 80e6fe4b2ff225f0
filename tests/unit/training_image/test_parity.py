"""How far an artifact's predictions may be from what was learnt."""

from __future__ import annotations

import numpy as np
import pytest

from training_image.errors import ArtifactError
from training_image.evaluate import prove_parity

SPREAD = np.random.default_rng(0).normal(0, 1e5, 1000).astype(np.float32)


def test_rounding_is_measured_by_what_predictions_vary() -> None:
    near_zero = np.argmin(np.abs(SPREAD))
    ours = SPREAD.copy()
    ours[near_zero] += 5  # a twenty-thousandth of the spread, and more than the prediction

    assert prove_parity(ours, SPREAD).rows == 1000


def test_a_row_that_is_further_off_is_none_of_what_was_learnt() -> None:
    ours = SPREAD.copy()
    ours[np.argmin(np.abs(SPREAD))] += 50

    with pytest.raises(ArtifactError, match="does not predict what was learnt"):
        prove_parity(ours, SPREAD)


def test_probabilities_are_measured_by_one() -> None:
    theirs = np.full((10, 2), 0.5, dtype=np.float32)

    with pytest.raises(ArtifactError, match="does not predict what was learnt"):
        prove_parity(theirs + np.float32(2e-4), theirs)
