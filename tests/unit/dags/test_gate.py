"""Whether a model is good enough."""

from __future__ import annotations

import json
import math

import pytest

from dags.gate import Example, examples, judge
from models.evaluation import Evaluation
from tests.unit.dags.builders import evaluation

RULE = Evaluation(metric="rmse", limit=2.6, baselines=("constant", "linear"))


def test_a_model_within_the_limit_and_better_than_the_baselines_passes() -> None:
    verdict = judge(evaluation(rmse=2.1), RULE)

    assert verdict.accepted
    assert verdict.reason == "rmse 2.1 is within 2.6 and better than constant (3.2), linear (2.3)"
    assert (verdict.value, verdict.low, verdict.high) == (2.1, 2.0, 2.2)
    assert verdict.baselines == {"constant": 3.2, "linear": 2.3}


def test_a_model_above_the_limit_is_rejected() -> None:
    verdict = judge(evaluation(rmse=2.7), Evaluation("rmse", 2.6, ()))

    assert not verdict.accepted
    assert verdict.reason == "rmse 2.7 is above 2.6"


def test_the_limit_itself_passes() -> None:
    assert judge(evaluation(rmse=2.6), Evaluation("rmse", 2.6, ())).accepted


@pytest.mark.parametrize("rmse", [2.3, 2.4])
def test_a_model_that_is_no_better_than_a_baseline_is_rejected(rmse: float) -> None:
    verdict = judge(evaluation(rmse=rmse), RULE)

    assert verdict.reason == f"rmse {rmse} is not better than linear (2.3)"


def test_all_objections_are_named() -> None:
    verdict = judge(evaluation(rmse=4.0), RULE)

    assert verdict.reason.count(";") == 2


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "2.1", True, [2.1]])
def test_a_metric_that_is_no_number_is_rejected(value: object) -> None:
    verdict = judge(evaluation(rmse=value), RULE)

    assert not verdict.accepted
    assert verdict.reason == "the evaluation has no rmse that is a number"


@pytest.mark.parametrize(
    "document", [None, [], "text", {}, {"metrics": 3}, {"metrics": {"rmse": 2}}]
)
def test_an_evaluation_of_another_shape_is_rejected(document: object) -> None:
    assert not judge(document, RULE).accepted


@pytest.mark.parametrize("baselines", [{}, {"constant": {"rmse": {"value": math.nan}}}])
def test_a_missing_baseline_is_rejected(baselines: object) -> None:
    verdict = judge(evaluation(baselines=baselines), RULE)

    assert "the baseline constant has no rmse that is a number" in verdict.reason


def test_a_model_that_could_not_be_smoke_tested_is_rejected() -> None:
    verdict = judge(evaluation(examples=[]), RULE)

    assert verdict.reason == "the evaluation has no examples for the smoke test"


def test_an_interval_that_is_no_number_does_not_reject() -> None:
    document = evaluation(metrics={"rmse": {"value": 2.1, "low": None, "high": math.nan}})

    verdict = judge(document, RULE)

    assert verdict.accepted
    assert verdict.low is None
    assert verdict.high is None


def test_a_verdict_is_always_json() -> None:
    verdict = judge(evaluation(rmse=math.nan), RULE)

    assert json.loads(json.dumps(verdict.to_json(), allow_nan=False))["value"] is None


def test_examples_are_rows_with_their_answers() -> None:
    wrong = [{"row": 3, "prediction": 1}, {"row": "M", "prediction": "x"}, "M", None]
    document = evaluation(examples=[{"row": "M,1", "prediction": 7, "target": 8}, *wrong])

    assert examples(document) == (Example("M,1", (7.0,)),)


def test_an_example_of_a_classifier_has_label_and_probabilities() -> None:
    said = {"label": "yes", "probabilities": [0.25, 0.75]}
    wrong = [{"label": "yes", "probabilities": [0.25, None]}, {"probabilities": [1]}, {}]
    document = evaluation(
        examples=[{"row": "M,1", "prediction": one} for one in (said, *wrong)],
    )

    assert examples(document) == (Example("M,1", (0.25, 0.75), "yes"),)


MORE = Evaluation(metric="roc_auc", limit=0.8, baselines=("linear",))


@pytest.mark.parametrize(
    ("value", "other", "said"),
    [
        (0.9, 0.85, ""),
        (0.8, 0.7, ""),
        (0.75, 0.7, "roc_auc 0.75 is below 0.8"),
        (0.9, 0.9, "roc_auc 0.9 is not better than linear (0.9)"),
    ],
)
def test_of_some_metrics_more_is_better(value: float, other: float, said: str) -> None:
    document = evaluation(
        metrics={"roc_auc": {"value": value}}, baselines={"linear": {"roc_auc": {"value": other}}}
    )

    verdict = judge(document, MORE)

    assert verdict.accepted is not bool(said)
    assert said in verdict.reason


CAREFUL = Evaluation(metric="rmse", limit=2.6, baselines=(), not_worse_at=0.9)


def comparison(**changes: object) -> dict[str, object]:
    return {
        "metric": "rmse",
        "rows": 600,
        "difference": {"value": 0.2, "low": 0.1, "high": 0.3},
        "level": 0.9,
        "not_worse": False,
        "incomparable": None,
        **changes,
    }


def test_a_model_that_is_worse_than_the_one_in_service_is_turned_down() -> None:
    verdict = judge(evaluation(), CAREFUL, comparison())

    assert not verdict.accepted
    assert verdict.reason == (
        "worse than the model in service on the same 600 test rows (rmse +0.2, +0.1 to +0.3 at 90%)"
    )


def test_a_model_that_is_not_worse_passes_and_the_verdict_says_so() -> None:
    verdict = judge(evaluation(), CAREFUL, comparison(not_worse=True))

    assert verdict.accepted
    assert "; not worse than the model in service" in verdict.reason
    assert verdict.comparison.startswith("not worse")


def test_a_model_of_another_contract_is_deployed_with_a_word() -> None:
    other = comparison(not_worse=None, difference=None, incomparable="another target")

    verdict = judge(evaluation(), CAREFUL, other)

    assert verdict.accepted
    assert "not compared with the model in service: another target" in verdict.reason


@pytest.mark.parametrize(
    "broken", [{}, comparison(not_worse="yes"), comparison(difference={}), "comparison"]
)
def test_a_comparison_that_says_nothing_does_not_pass(broken: object) -> None:
    verdict = judge(evaluation(), CAREFUL, broken)

    assert not verdict.accepted
    assert "says nothing" in verdict.reason


def test_without_a_model_in_service_there_is_nothing_to_be_worse_than() -> None:
    assert judge(evaluation(), CAREFUL).accepted
