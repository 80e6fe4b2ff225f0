"""Rows as blocks of numbers and words."""

from typing import Any

import numpy as np

from training_image.features import as_features, encode


def test_each_category_becomes_a_column(build_schema: Any) -> None:
    schema = build_schema()
    features = as_features([[0.5, 0.25], [4, 6]], [["sea horse", "M"]], schema)

    matrix = encode(features, schema)

    assert matrix.tolist() == [[0.5, 4, 0, 0, 1], [0.25, 6, 1, 0, 0]]


def test_a_missing_category_is_zero_in_all_its_columns(build_schema: Any) -> None:
    schema = build_schema(nullable=True)
    features = as_features([[float("nan")], [4]], [[""]], schema)

    matrix = encode(features, schema)

    assert np.isnan(matrix[0, 0])
    assert matrix[0, 1:].tolist() == [4, 0, 0, 0]


def test_shuffling_moves_one_column_alone(build_schema: Any) -> None:
    schema = build_schema()
    features = as_features([[0.5, 0.25], [4, 6]], [["F", "M"]], schema)
    order = np.array([1, 0])

    numbers = features.shuffle("legs", schema, order)
    words = features.shuffle("sex", schema, order)

    assert numbers.numeric.tolist() == [[0.5, 6], [0.25, 4]]
    assert words.categorical.tolist() == [["M"], ["F"]]
    assert features.numeric.tolist() == [[0.5, 4], [0.25, 6]]
