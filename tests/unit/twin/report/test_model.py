"""What the page shows of a model beside its metric."""

from __future__ import annotations

from typing import Any

from tests.unit.twin.builders import EVALUATION, OUTCOME
from twin.report.gather import RunResult, Story
from twin.report.model import model_view
from twin.report.page import render

SLICED: dict[str, Any] = {
    **EVALUATION,
    "directions": {"rmse": "lower"},
    "importance_of": "rmse",
    "slices": [
        {"column": "acid", "slice": "at most 2", "rows": 10, "metrics": {"rmse": 4.2}},
        {"column": "acid", "slice": "above 2", "rows": 5, "metrics": {"rmse": None}},
    ],
    "residuals": {"edges": [-1, 0, 1], "counts": [7, 8]},
}
COMPARISON: dict[str, Any] = {
    "metric": "rmse",
    "rows": 15,
    "ours": {"rmse": {"value": 2.1, "low": 2.0, "high": 2.2}},
    "theirs": {"rmse": {"value": 2.3, "low": 2.1, "high": 2.5}},
    "difference": {"value": -0.2, "low": -0.4, "high": 0.1},
    "level": 0.9,
    "not_worse": True,
    "incomparable": None,
}


def run(**changes: Any) -> RunResult:
    fields: Any = {"evaluation": SLICED, **changes}
    return RunResult("wine", "r", OUTCOME, **fields)


def page(result: RunResult) -> str:
    return render(Story(0, 1, "", (), (result,), (result,), ()))


def test_a_slice_that_is_much_worse_than_all_rows_stands_out() -> None:
    first, second = model_view(run(), "rmse").slices.rows

    assert (first["times"], first["far"]) == ("2.00", True)
    assert (second["times"], second["far"]) == ("", False)


def sliced(columns: int, parts: int) -> RunResult:
    slices = [
        {"column": f"c{column}", "slice": f"s{part}", "rows": 10, "metrics": {"rmse": 4.2}}
        for column in range(columns)
        for part in range(parts)
    ]
    return run(evaluation={**SLICED, "slices": slices})


def test_a_column_that_matters_least_has_its_slices_too() -> None:
    table = model_view(sliced(columns=8, parts=4), "rmse").slices

    assert {row["column"] for row in table.rows} == {f"c{place}" for place in range(8)}
    assert table.more == 0


def test_of_many_columns_each_has_some_of_its_slices() -> None:
    table = model_view(sliced(columns=30, parts=4), "rmse").slices

    found = [(row["column"], row["slice"]) for row in table.rows]
    assert found == [(f"c{column}", f"s{part}") for column in range(30) for part in range(2)]
    assert table.more == 60


def test_the_model_in_service_stands_beside_this_one() -> None:
    view = model_view(run(comparison=COMPARISON), "rmse")

    assert view.beside == (
        "At 90% this model is not worse than the one in service, on the same 15 test rows: "
        "rmse -0.2 (-0.4 to +0.1)."
    )
    assert [row["theirs"] for row in view.compared] == ["2.3"]


def test_the_page_leads_to_the_models_card() -> None:
    assert 'href="runs/wine/r/model-card.md"' in page(run(card="runs/wine/r/model-card.md"))
    assert "model card" not in page(run())


def test_why_nothing_was_compared_is_told() -> None:
    other: dict[str, Any] = {
        **COMPARISON,
        "incomparable": "another target",
        "ours": {},
        "theirs": {},
    }

    view = model_view(run(comparison=other), "rmse")

    assert view.beside == "Not compared with the model in service: another target."
    assert view.compared == ()


def test_a_difference_without_an_interval_says_nothing() -> None:
    other = {**COMPARISON, "difference": {"value": 0.0, "low": None, "high": None}}

    view = model_view(run(comparison=other), "rmse")

    assert view.beside == "The comparison with the model in service says nothing."


def test_more_is_better_where_the_metric_says_so() -> None:
    labels = {
        **SLICED,
        "metrics": {"roc_auc": {"value": 0.9, "low": None, "high": None}},
        "directions": {"roc_auc": "higher"},
        "importance_of": "roc_auc",
        "baselines": {"constant": {"roc_auc": {"value": 0.5, "low": 0.5, "high": 0.5}}},
    }

    view = model_view(run(evaluation=labels), "roc_auc")

    assert view.better == "Right is better."
    assert view.metrics[0]["interval"] == ""


def test_the_page_shows_residuals_of_numbers() -> None:
    text = page(run(comparison=COMPARISON))

    assert "<h3>Residuals</h3>" in text
    assert "<h3>Calibration</h3>" not in text
    assert "Beside the model in service" in text


def test_the_page_shows_calibration_of_labels() -> None:
    bins = [{"from": 0.4, "to": 0.5, "rows": 3, "predicted": 0.45, "observed": 0.5}]
    labels = {**SLICED, "classes": ["no", "yes"], "calibration": bins, "residuals": None}

    text = page(run(evaluation=labels))

    assert "Probabilities of yes." in text
    assert "<h3>Residuals</h3>" not in text


def test_an_evaluation_of_an_older_image_is_shown_too() -> None:
    assert "the model</h2>" in page(run(evaluation=EVALUATION))


def test_the_page_says_what_was_learnt_and_how() -> None:
    trained = {
        "algorithm": "ensemble",
        "ratios": 15,
        "trees": [{"rounds": 210}, {"rounds": 95}],
        "nets": 8,
        "share": 0.5,
        "rows": 12_000,
        "hosts": 3,
    }

    view = model_view(run(evaluation={**SLICED, "trained": trained}), "rmse")

    assert view.learnt == (
        "Learnt by ensemble from 12,000 rows on 3 hosts, trees of 210 and 95 rounds, "
        "8 nets, which count 50%, 15 ratios of columns."
    )


def test_trees_alone_are_told_without_nets() -> None:
    trained = {"algorithm": "xgboost", "ratios": 0, "trees": [{"rounds": 9}], "rows": 70}

    view = model_view(run(evaluation={**SLICED, "trained": trained}), "rmse")

    assert view.learnt == "Learnt by xgboost from 70 rows, trees of 9 rounds."
