"""What the model file says of features: left out, put together, with a direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Train = Callable[[Path], Any]
    LayJob = Callable[..., Path]

COLUMNS: list[dict[str, Any]] = [
    {"name": "mass", "kind": "numeric", "nullable": True},
    {"name": "colour", "kind": "categorical", "values": ["red", "blue"]},
    {"name": "height", "kind": "numeric"},
    {"name": "answer", "kind": "numeric"},
    {"name": "y", "kind": "numeric"},
]
DERIVED = [
    {"name": "index", "ratio": ["mass", "height"]},
    {"name": "log_height", "log": "height"},
    {"name": "both", "product": ["mass", "height"]},
    {"name": "gap", "difference": ["height", "mass"]},
    {"name": "none", "ratio": ["mass", "answer"]},
]


def splits() -> dict[str, list[list[str]]]:
    """Return rows whose target is a ratio, beside a column that gives it away."""
    generator = np.random.default_rng(0)
    rows: list[list[str]] = []
    for _ in range(900):
        mass, height = generator.uniform(40, 100), generator.uniform(1, 2)
        target = mass / height + generator.normal(0, 0.5)
        colour = ("red", "blue")[int(generator.random() * 2)]
        shown = f"{mass:.3f}" if generator.random() > 0.05 else ""
        answer = "0" if generator.random() < 0.1 else f"{target:.3f}"
        rows.append([shown, colour, f"{height:.3f}", answer, f"{target:.3f}"])
    return {"train": rows[:500], "validation": rows[500:700], "test": rows[700:]}


@pytest.fixture(scope="module")
def declared(train: Train, lay_job: LayJob) -> Any:
    """A model with all kinds of derived features and without the column that gives all away."""
    settings = {
        "algorithm": "ensemble", "trials": 1, "exclude": ["answer", "colour"], "derived": DERIVED,
    }  # fmt: skip
    return train(lay_job(splits(), COLUMNS, "y", settings))


def test_the_graph_derives_features_as_training_did(declared: Any) -> None:
    assert declared.exit_code == 0, declared.output
    parity = declared.document("evaluation.json")["parity"]

    assert parity["rows"] == 200
    assert parity["largest_difference"] < 1e-3


def test_nothing_is_learnt_from_what_is_excluded(declared: Any) -> None:
    evaluation = declared.document("evaluation.json")

    increases = {one["feature"]: one["increase"] for one in evaluation["importance"]}
    assert increases["answer"] > 0  # a part of a derived feature still is
    assert increases["colour"] == 0


def test_clients_send_what_is_excluded_all_the_same(
    declared: Any, start_server: Callable[[Path], Any]
) -> None:
    examples = declared.document("evaluation.json")["examples"]

    with start_server(declared.base) as server:
        status, answers = server.invoke("".join(f"{one['row']}\n" for one in examples).encode())

    assert status == 200
    assert [float(one) for one in answers.split()] == pytest.approx(
        [one["prediction"] for one in examples], abs=1e-4
    )


@pytest.mark.parametrize("objective", ["squared_error", "poisson"])
def test_a_prediction_never_falls_where_it_may_only_rise(
    train: Train, lay_job: LayJob, start_server: Callable[[Path], Any], objective: str
) -> None:
    settings = {
        "algorithm": "ensemble", "trials": 2, "objective": objective, "exclude": ["answer"],
        "monotone": {"mass": "increasing", "height": "decreasing"},
    }  # fmt: skip
    result = train(lay_job(splits(), COLUMNS, "y", settings))
    assert result.exit_code == 0, result.output
    assert "no nets and no ratios of mass, height" in result.output

    with start_server(result.base) as server:
        by_mass, by_height = (
            [float(one) for one in server.invoke(body.encode())[1].split()]
            for body in (
                "".join(f"{40 + step / 5:.3f},red,1.5,0\n" for step in range(300)),
                "".join(f"60,red,{1 + step / 300:.3f},0\n" for step in range(300)),
            )
        )

    assert (np.diff(by_mass) >= 0).all()
    assert (np.diff(by_height) <= 0).all()
    assert by_mass[-1] > by_mass[0] + 10


def test_a_column_that_nobody_knows_fails_the_job(train: Train, lay_job: LayJob) -> None:
    result = train(lay_job(splits(), COLUMNS, "y", {"exclude": ["wight"]}))

    assert result.exit_code == 1
    assert "training.features.exclude names a column that it cannot take" in result.failure


def test_half_a_derived_feature_fails_the_job(train: Train, lay_job: LayJob) -> None:
    result = train(lay_job(splits(), COLUMNS, "y", {"derived": [{"name": "x"}]}))

    assert result.exit_code == 1
    assert "hyperparameter derived is" in result.failure
