"""Where columns are clipped, and whether a sample's ends are to be those of all rows."""

from __future__ import annotations

import numpy as np

from training_image.features import Features
from training_image.inputs import fit_inputs, moments
from training_image.schema import Column, Schema

SCHEMA = Schema((Column("x", "numeric"), Column("target", "numeric")), "target")


def fitted(values: list[float]) -> tuple[float, float, bool]:
    """Return where a column is clipped, and whether at its ends."""
    numeric = np.array(values, dtype=np.float32)[:, None]
    inputs = fit_inputs(Features(numeric, np.empty((len(values), 0), dtype=np.object_)), SCHEMA)
    return float(inputs.low[0]), float(inputs.high[0]), inputs.whole[0]


def test_a_percentile_at_the_samples_end_is_no_end_of_all_rows() -> None:
    # Half are zero: the least percentile is the sample's least value, by what most rows are.
    low, high, whole = fitted([0.0] * 1000 + [float(value) for value in range(1000)])

    assert (low, whole) == (0.0, False)
    assert high < 999


def test_a_column_of_few_values_has_its_own_ends() -> None:
    assert fitted([1.0, 2.0, 3.0] * 100) == (1.0, 3.0, True)


def test_a_column_of_small_units_varies() -> None:
    values = np.array([[-1e-7, 0.1], [0.0, 0.1], [1e-7, 0.1]], dtype=np.float32)

    _, deviation = moments(values)

    assert deviation[0] < 1e-6
    assert deviation[1] == 1
