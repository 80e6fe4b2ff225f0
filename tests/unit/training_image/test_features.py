"""Rows as blocks of numbers and words."""

from typing import Any

import numpy as np

from training_image.features import as_features


def test_shuffling_moves_one_column_alone(build_schema: Any) -> None:
    schema = build_schema()
    features = as_features([[0.5, 0.25], [4, 6]], [["F", "M"]], schema)
    order = np.array([1, 0])

    numbers = features.shuffle("legs", schema, order)
    words = features.shuffle("sex", schema, order)

    assert numbers.numeric.tolist() == [[0.5, 6], [0.25, 4]]
    assert words.categorical.tolist() == [["M"], ["F"]]
    assert features.numeric.tolist() == [[0.5, 4], [0.25, 6]]
