"""The gate: from what baselines reach on the file."""

from __future__ import annotations

from ops.draft.baselines import Baselines
from ops.draft.gate import gate


def measured(mean: float, linear: float, mean_mae: float | None = None) -> Baselines:
    return Baselines(
        "squared_error",
        constant={"rmse": mean, "mae": mean_mae or mean * 0.8},
        linear={"rmse": linear, "mae": linear * 0.8},
        measured_on={"train": 700, "test": 150},
    )


def of_labels(constant: float, linear: float) -> Baselines:
    return Baselines(
        "binary", {"log_loss": constant}, {"log_loss": linear}, {"train": 700, "test": 150}
    )


def rows(test: int = 150) -> dict[str, int]:
    return {"train": 700, "validation": 150, "test": test}


def test_the_limit_is_above_the_better_baseline() -> None:
    found = gate(measured(mean=3.2, linear=2.2), rows())

    assert (found.metric, found.limit, found.baselines) == ("rmse", 2.6, ("constant", "linear"))


def test_a_line_that_is_exact_is_no_baseline() -> None:
    found = gate(measured(mean=3.2, linear=1e-12), rows())

    assert (found.limit, found.baselines) == (3.7, ("constant",))
    assert "does a column give it away?" in found.checks[0]


def test_a_line_that_knows_nothing_is_told() -> None:
    found = gate(measured(mean=3.2, linear=3.3), rows())

    assert found.checks == (
        "a linear model is no better than a constant: the columns may say little",
    )


def test_values_far_out_make_it_mae() -> None:
    found = gate(measured(mean=9, linear=8, mean_mae=2), rows())

    assert found.metric == "mae"


def test_few_test_rows_are_asked_for_where_there_are_few() -> None:
    found = gate(measured(mean=3.2, linear=2.2), rows(test=50))

    assert found.min_test_rows == 40
    assert "50 test rows" in found.checks[-1]


def test_the_usual_number_is_asked_for_where_there_are_more() -> None:
    assert gate(measured(mean=3.2, linear=2.2), rows(test=101)).min_test_rows == 100


def test_labels_are_judged_by_their_log_loss() -> None:
    found = gate(of_labels(constant=0.69, linear=0.4), rows())

    assert (found.metric, found.limit, found.baselines) == (
        "log_loss",
        0.46,
        ("constant", "linear"),
    )


def test_labels_that_a_linear_model_tells_apart_have_it_not_for_a_baseline() -> None:
    found = gate(of_labels(constant=0.69, linear=0.01), rows())

    assert (found.limit, found.baselines) == (0.8, ("constant",))
    assert "does a column give it away?" in found.checks[0]
