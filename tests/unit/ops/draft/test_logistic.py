"""A linear model of labels."""

from __future__ import annotations

import numpy as np
import pytest

from ops.draft import logistic


def test_without_columns_it_says_the_shares() -> None:
    wanted = np.eye(2)[[0, 0, 0, 1]]

    weights = logistic.fit(np.ones((4, 1)), wanted)

    assert logistic.chances(np.ones((1, 1)) @ weights)[0].tolist() == pytest.approx([0.75, 0.25])


def test_it_finds_the_odds_of_two_groups() -> None:
    group = np.repeat([-1.0, 1.0], 8)
    design = np.column_stack([group, np.ones(16)])
    places = np.repeat([0, 1, 0, 1], [6, 2, 2, 6])

    weights = logistic.fit(design, np.eye(2)[places])

    said = logistic.chances(np.array([[-1.0, 1.0], [1.0, 1.0]]) @ weights)[:, 1]
    assert said.tolist() == pytest.approx([0.25, 0.75], abs=1e-3)


def test_margins_far_out_are_certain() -> None:
    assert logistic.chances(np.array([[-1e4, 1e4]])).tolist() == [[0, 1]]
