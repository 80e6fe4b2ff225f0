"""The section `evaluation`."""

from collections.abc import Callable
from typing import Any

import pytest

from models.errors import ModelFileError
from models.schema import Model

Change = Callable[[dict[str, Any], str, object], dict[str, Any]]


@pytest.fixture
def label(smallest: dict[str, Any]) -> dict[str, Any]:
    """A document of a classifier."""
    smallest["data"]["columns"].append({"name": "age", "kind": "numeric"})
    smallest["data"]["target"] = "colour"
    smallest["evaluation"] = {"metric": "roc_auc", "limit": 0.8}
    return smallest


def test_of_a_metric_of_which_more_is_better_the_limit_is_the_least(label: dict[str, Any]) -> None:
    assert Model.from_json(label).evaluation.direction == "higher"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("evaluation.metric", "rmse", "log_loss, roc_auc, pr_auc"),
        ("evaluation.limit", 1.5, "a number above 0, at most 1"),
        ("evaluation.baselines", ["mean"], "did you mean 'constant'"),
        ("evaluation.champion.not_worse_at", 1, "a share from 0.5, below 1"),
        ("evaluation.champion.not_worse_at", 0.4, "a share from 0.5, below 1"),
        ("evaluation.champion.at", 0.9, "an unknown field"),
    ],
)
def test_what_no_model_can_reach_is_one_problem(
    label: dict[str, Any], change: Change, field: str, value: object, told: str
) -> None:
    with pytest.raises(ModelFileError) as caught:
        Model.from_json(change(label, field, value))

    (problem,) = caught.value.problems
    assert told in str(problem)


def test_without_the_section_no_other_model_is_compared_with(label: dict[str, Any]) -> None:
    assert Model.from_json(label).evaluation.not_worse_at is None


def test_the_usual_level_is_nine_in_ten(label: dict[str, Any], change: Change) -> None:
    model = Model.from_json(change(label, "evaluation.champion", {}))

    assert model.evaluation.not_worse_at == 0.9
