"""The search for settings of trees: what it finds, and what it leaves alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Train = Callable[[Path], Any]
    LayJob = Callable[..., Path]

NAMES = ("wide", "deep", "long", "y")
COLUMNS: list[dict[str, Any]] = [{"name": name, "kind": "numeric"} for name in NAMES]


def splits_of(noise: float) -> dict[str, list[list[str]]]:
    """Return rows whose target needs all three columns at once."""
    generator = np.random.default_rng(0)
    numbers = generator.uniform(1, 2, size=(900, 3))
    target = np.where(numbers[:, 0] > 1.5, 1, -1) * np.where(numbers[:, 1] > 1.5, 1, -1)
    target = target * np.sin(6 * numbers[:, 2]) + noise * generator.normal(size=900)
    rows = [[f"{value:.5f}" for value in row] for row in np.column_stack([numbers, target])]
    return {"train": rows[:500], "validation": rows[500:700], "test": rows[700:]}


@pytest.fixture
def found(train: Train, lay_job: LayJob) -> Callable[..., dict[str, Any]]:
    """Train, and return what was found: the settings, the ratios and the error."""

    def search(noise: float = 0.0, **settings: Any) -> dict[str, Any]:
        chosen = {"rounds": 300, **settings}
        result = train(lay_job(splits_of(noise), COLUMNS, "y", chosen, "xgboost"))
        assert result.exit_code == 0, result.output
        evaluation = result.document("evaluation.json")
        trained = evaluation["trained"]
        return {
            **trained["trees"][0],
            "ratios": trained["ratios"],
            "rmse": evaluation["metrics"]["rmse"]["value"],
            "lines": [line for line in result.output.splitlines() if line.startswith("trees ")],
        }

    return search


def test_steps_lead_to_settings_that_no_fixed_trial_has(found: Callable[..., Any]) -> None:
    fixed, stepped = found(trials=6), found()

    assert fixed["colsample_bytree"] < 1
    assert stepped["colsample_bytree"] == 1
    assert stepped["rmse"] < fixed["rmse"]


def test_ratios_that_say_nothing_are_left_out(found: Callable[..., Any]) -> None:
    assert found(trials=6)["ratios"] == 3
    assert found()["ratios"] == 0


def test_a_setting_that_was_chosen_is_kept(found: Callable[..., Any]) -> None:
    chosen = {"colsample_bytree": 0.6, "max_depth": 6, "learning_rate": 0.2, "subsample": 0.9}

    stepped = found(**chosen)

    assert {name: stepped[name] for name in chosen} == chosen


def test_what_is_noise_alone_leads_nowhere(found: Callable[..., Any]) -> None:
    stepped, fixed = found(noise=30.0), found(noise=30.0, trials=6)

    assert stepped.pop("lines") != fixed.pop("lines")
    assert stepped == fixed


def test_trees_learn_faster_where_rounds_run_out(found: Callable[..., Any]) -> None:
    few, enough = found(trials=6, rounds=20), found(trials=6, rounds=2000)

    assert few["learning_rate"] > enough["learning_rate"]


@pytest.mark.parametrize(("trials", "steps"), [(6, 0), (8, 2)])
def test_steps_are_those_trials_that_are_left(
    found: Callable[..., Any], trials: int, steps: int
) -> None:
    assert len(found(trials=trials, rounds=20)["lines"]) == 6 + steps


def test_what_would_be_the_same_trial_again_is_left_out(found: Callable[..., Any]) -> None:
    chosen = {"max_depth": 3, "min_child_weight": 1, "colsample_bytree": 1, "learning_rate": 0.1}

    assert len(found(trials=6, **chosen)["lines"]) == 1


def test_what_validation_rows_alone_show_is_learnt_once_more(train: Train, lay_job: LayJob) -> None:
    # Of validation and test rows some have a ratio that no training row has: it says all of them.
    generator = np.random.default_rng(0)
    first = generator.uniform(1, 10, 1600)
    second = first * generator.uniform(0.95, 1.05, 1600)
    apart = (generator.random(1600) < 0.5) & (np.arange(1600) >= 800)
    second[apart] = 11 - first[apart]
    apart &= np.abs(second / first - 1) > 0.3
    target = first + 20 * apart
    rows = [[f"{value:.5f}" for value in row] for row in zip(first, second, target, strict=True)]
    splits = {"train": rows[:800], "validation": rows[800:1200], "test": rows[1200:]}
    columns = [COLUMNS[0], COLUMNS[1], COLUMNS[3]]
    settings = {"trials": 1, "rounds": 200, "max_depth": 1, "colsample_bytree": 1}

    result = train(lay_job(splits, columns, "y", settings, "xgboost"))

    assert result.exit_code == 0, result.output
    assert result.document("evaluation.json")["metrics"]["rmse"]["value"] < 4


def test_metric_lines_of_validation_rows_are_from_before_they_were_learnt(
    train: Train, lay_job: LayJob
) -> None:
    settings = {"rounds": 60, "trials": 1, "max_depth": 9, "min_child_weight": 1}

    result = train(lay_job(splits_of(1.0), COLUMNS, "y", settings, "xgboost"))

    found = re.findall(r"metric rmse=(\S+) split=(\w+)", result.output)
    errors = {split: float(value) for value, split in found}
    (said,) = re.findall(r"trees 1/1 rounds=\d+ loss=(\S+)", result.output)
    assert errors["validation"] == pytest.approx(float(said), rel=1e-4)
    assert errors["train"] < errors["validation"]
