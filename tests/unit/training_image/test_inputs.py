"""Rows become matrices: what trees see, what nets see, and what the training rows decide."""

from typing import Any

import numpy as np
import pytest

from training_image.features import as_features
from training_image.inputs import fit_inputs, one_hot
from training_image.schema import Column, Schema

NAN = float("nan")
TWO_SIZES = Schema(
    (Column("a", "numeric", nullable=True), Column("b", "numeric"), Column("y", "numeric")), "y"
)
MANY = np.linspace(1, 2, 1001)


def sizes(first: Any, second: Any) -> Any:
    return as_features([np.array(first), np.array(second)], [], TWO_SIZES)


def test_each_category_becomes_a_column(build_schema: Any) -> None:
    schema = build_schema()
    features = as_features([[0.5, 0.25], [4, 6]], [["sea horse", "M"]], schema)

    assert one_hot(features, schema).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_a_missing_category_is_zero_in_all_its_columns(build_schema: Any) -> None:
    schema = build_schema(nullable=True)
    features = as_features([[NAN], [4]], [[""]], schema)

    assert one_hot(features, schema).tolist() == [[0, 0, 0]]


def test_numbers_are_clipped_to_the_range_of_nearly_all_training_rows() -> None:
    inputs = fit_inputs(sizes(MANY, MANY), TWO_SIZES)

    matrix = inputs.for_trees(sizes([1e9, 0], [1.5, 1.5]), TWO_SIZES)

    assert matrix[:, 0] == pytest.approx([1.998, 1.002])


def test_rare_values_of_a_flag_are_not_clipped() -> None:
    schema = Schema((Column("flag", "integer"), Column("y", "numeric")), "y")
    flags = np.zeros(2000)
    flags[7] = 1

    inputs = fit_inputs(as_features([flags], [], schema), schema)

    assert inputs.for_trees(as_features([np.ones(1)], [], schema), schema).tolist() == [[1.0]]


def test_trees_see_the_ratio_of_two_sizes() -> None:
    inputs = fit_inputs(sizes(MANY, MANY[::-1]), TWO_SIZES)

    matrix = inputs.for_trees(sizes([1.5], [1.2]), TWO_SIZES)

    assert matrix[0, 2] == np.float32(1.2) / np.float32(1.5)


def test_a_ratio_is_clipped_at_those_of_the_training_rows() -> None:
    inputs = fit_inputs(sizes(MANY, MANY), TWO_SIZES)

    matrix = inputs.for_trees(sizes([1.1], [1.9]), TWO_SIZES)

    assert matrix[0, 2] == 1


def test_a_ratio_of_something_missing_is_missing() -> None:
    inputs = fit_inputs(sizes(MANY, MANY), TWO_SIZES)

    assert np.isnan(inputs.for_trees(sizes([NAN], [1.2]), TWO_SIZES)[0, [0, 2]]).all()


def test_numbers_below_zero_are_no_sizes() -> None:
    inputs = fit_inputs(sizes(MANY - 1.5, MANY), TWO_SIZES)

    assert inputs.sizes == (1,)
    assert inputs.ratios == ()


def test_nets_see_columns_of_mean_zero_and_deviation_one() -> None:
    features = sizes(MANY, MANY**2)

    matrix = fit_inputs(features, TWO_SIZES).for_nets(features, TWO_SIZES)

    assert matrix.mean(axis=0) == pytest.approx(0, abs=1e-5)
    assert matrix.std(axis=0) == pytest.approx(1, abs=1e-5)


def test_nets_are_told_what_is_missing_and_see_the_mean_there() -> None:
    gaps = np.where(np.arange(1001) % 10, MANY, NAN)
    inputs = fit_inputs(sizes(gaps, MANY), TWO_SIZES)

    row = inputs.for_nets(sizes([NAN], [1.5]), TWO_SIZES)[0]

    assert row[0] == row[2] == 0
    assert row[4] == pytest.approx(3.0, abs=0.05)


def test_a_column_without_a_value_is_not_clipped() -> None:
    inputs = fit_inputs(sizes(np.full(5, NAN), np.ones(5)), TWO_SIZES)

    assert inputs.for_trees(sizes([5], [1]), TWO_SIZES)[0, 0] == 5
