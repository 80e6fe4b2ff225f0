"""The model card."""

from typing import Any

from training_image.card import render_card
from training_image.preparation import Derived, prepare
from training_image.schema import Column, Schema

SCHEMA = Schema(
    (
        Column("x", "numeric", nullable=True),
        Column("k", "categorical", values=("a|b", "c")),
        Column("y", "boolean"),
    ),
    "y",
)
ESTIMATE = {"value": 0.25, "low": 0.2, "high": None}
EVALUATION: dict[str, Any] = {
    "objective": "binary",
    "classes": ["false", "true"],
    "rows": {"train": 1000, "validation": 200, "test": 200},
    "metrics": {"log_loss": ESTIMATE, "calibration_error": ESTIMATE},
    "directions": {"log_loss": "lower", "calibration_error": "lower"},
    "baselines": {"constant": {"log_loss": ESTIMATE, "calibration_error": ESTIMATE}},
    "interval": {"level": 0.95, "method": "bootstrap percentile", "resamples": 1000, "seed": 0},
    "importance_of": "log_loss",
    "importance": [{"feature": "x", "increase": 0.5}],
    "slices": [
        {"column": "k", "slice": "c", "rows": 20, "metrics": {"log_loss": 0.1}},
        {"column": "k", "slice": "a|b", "rows": 180, "metrics": {"log_loss": 0.9}},
        {"column": "x", "slice": "(missing)", "rows": 10, "metrics": {"log_loss": None}},
    ],
    "trained": {
        "algorithm": "ensemble",
        "ratios": 0,
        "trees": [{"rounds": 210}, {"rounds": 95}],
        "share": 0.0,
        "rows": 12000,
    },
}


def card(**changes: Any) -> str:
    preparation = prepare(SCHEMA, ["k"], [Derived("log_x", "log", ("x",))])
    return render_card({**EVALUATION, **changes}, preparation).decode()


def test_it_says_what_the_model_answers() -> None:
    assert "how likely each class of `y` is: false, true." in card()


def test_metrics_stand_with_intervals_beside_baselines() -> None:
    assert "| log_loss | lower | 0.25 | 0.2 to n/a | 0.25 |" in card()


def test_the_worst_slice_comes_first_and_breaks_no_table() -> None:
    text = card()

    assert text.index(r"| k | a\|b | 180 | 0.9 |") < text.index("| k | c | 20 | 0.1 |")
    assert "(missing)" not in text


def test_it_says_what_is_left_out_and_what_is_derived() -> None:
    text = card()

    assert "- `k`: categorical (a|b, c). Nothing is learnt from it." in text
    assert "- `log_x`: derived." in text


def test_a_number_has_no_classes_and_no_calibration() -> None:
    text = card(classes=None, objective="squared_error")

    assert "It predicts the number `y`." in text
    assert "calibration error" not in text


def test_it_says_what_was_learnt_from_how_many_rows() -> None:
    assert "Learnt from 12,000 rows: trees of 210, 95 rounds." in card()


def test_it_says_how_many_nets_and_hosts_took_part() -> None:
    shared = {"nets": 8, "decay": 0.5, "share": 0.25, "hosts": 3}

    text = card(trained=EVALUATION["trained"] | shared)

    assert "Learnt from 12,000 rows on 3 hosts: trees of 210, 95 rounds" in text
    assert "and 8 nets with a share of 0.25." in text
