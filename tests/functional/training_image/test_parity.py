"""The artifact predicts what was learnt, of columns that make it hard: a job proves it or fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    Train = Callable[[Path], Any]
    LayJob = Callable[..., Path]

COLUMNS: list[dict[str, Any]] = [
    {"name": "a", "kind": "numeric", "nullable": True},
    {"name": "b", "kind": "numeric"},
    {"name": "net", "kind": "categorical", "values": ["x", "y"]},
    {"name": "target", "kind": "numeric"},
]


def splits(rows: Iterable[tuple[object, ...]]) -> dict[str, list[list[str]]]:
    texts = [[str(field) for field in row] for row in rows]
    return {"train": texts[:1000], "validation": texts[1000:1300], "test": texts[1300:]}


def words(generator: np.random.Generator) -> list[str]:
    """Return categories of a column that is called as a part of the graph could be."""
    return [str(word) for word in generator.choice(["x", "y"], 1600)]


@pytest.mark.parametrize("algorithm", ["xgboost", "ensemble"])
def test_what_lies_far_outside_is_not_taken_for_what_is_missing(
    train: Train, lay_job: LayJob, algorithm: str
) -> None:
    # Whether a number is there says all; the test rows have numbers beyond all training rows.
    generator = np.random.default_rng(0)
    number = generator.lognormal(0, 1, 1600)
    number[1300:] *= 1000
    number[1450:] *= -1
    there = generator.random(1600) > 0.3
    target = np.where(there, 3, -3) + generator.normal(0, 0.1, 1600)
    shown = [f"{value:.4f}" if known else "" for value, known in zip(number, there, strict=True)]
    noise = generator.normal(0, 1, 1600)
    rows = splits(zip(shown, noise, words(generator), target, strict=True))

    result = train(lay_job(rows, COLUMNS, "target", {"trials": 1}, algorithm))

    assert result.exit_code == 0, result.output
    assert result.document("evaluation.json")["metrics"]["rmse"]["value"] < 1


def test_columns_that_vary_little_beside_their_mean_are_learnt(
    train: Train, lay_job: LayJob
) -> None:
    generator = np.random.default_rng(0)
    large, noise = generator.uniform(1e6, 1e6 + 30, 1600), generator.normal(0, 1, 1600)
    target = (large - 1e6 - 15) / 3 + 0.1 * noise
    rows = splits(zip(large, noise, words(generator), target, strict=True))

    result = train(lay_job(rows, COLUMNS, "target", {"trials": 1}, "ensemble"))

    assert result.exit_code == 0, result.output


def test_a_ratio_far_beyond_those_learnt_is_not_taken_for_a_missing_one(
    train: Train, lay_job: LayJob
) -> None:
    # Whether both are there says all, and the ratio says it at once.
    generator = np.random.default_rng(0)
    one = np.exp(generator.normal(0, 1, 1600))
    other = one * generator.uniform(0.95, 1.05, 1600)
    one[1300:], other[1300:] = 0.2, 4  # of test rows: each is in range, their ratio is not
    gap = generator.integers(0, 4, 1600)
    gap[1300:1590] = 2
    target = np.where(gap < 2, 5, 0)
    first, second = (
        ["" if hidden else f"{value:.4f}" for value, hidden in zip(column, gap == at, strict=True)]
        for at, column in enumerate((one, other))
    )
    rows = splits(zip(first, second, words(generator), target, strict=True))
    columns = [COLUMNS[0], {**COLUMNS[1], "nullable": True}, *COLUMNS[2:]]

    settings = {"trials": 1, "colsample_bytree": 1.0}
    result = train(lay_job(rows, columns, "target", settings, "xgboost"))

    assert result.exit_code == 0, result.output
    evaluation = result.document("evaluation.json")
    assert evaluation["trained"]["ratios"] == 1
    assert evaluation["metrics"]["rmse"]["value"] < 1
