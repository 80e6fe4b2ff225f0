"""The section `training`."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from models.errors import ModelFileError
from models.schema import Model
from models.training import hyperparameter_texts

Change = Callable[[dict[str, Any], str, object], dict[str, Any]]

COLUMNS = [
    {"name": "colour", "kind": "categorical", "values": ["red", "dark red"]},
    {"name": "acid", "kind": "numeric", "min": 0},
    {"name": "sugar", "kind": "numeric", "min": 0},
    {"name": "organic", "kind": "boolean"},
    {"name": "quality", "kind": "integer", "min": 0, "max": 10},
    {"name": "grade", "kind": "categorical", "values": ["a", "b", "c"]},
]


@pytest.fixture
def wine(smallest: dict[str, Any]) -> dict[str, Any]:
    """A document with columns of many kinds."""
    smallest["data"]["columns"] = COLUMNS
    return smallest


@pytest.mark.parametrize(
    ("target", "objective", "metric"),
    [
        ("quality", "squared_error", "rmse"),
        ("organic", "binary", "log_loss"),
        ("colour", "binary", "log_loss"),
        ("grade", "multiclass", "log_loss"),
    ],
)
def test_objective_and_metric_follow_the_target(
    wine: dict[str, Any], change: Change, target: str, objective: str, metric: str
) -> None:
    model = Model.from_json(change(wine, "data.target", target))

    assert (model.training.objective, model.evaluation.metric) == (objective, metric)


@pytest.mark.parametrize(
    ("target", "objective", "told"),
    [
        ("quality", "binary", "allowed: squared_error, absolute_error, poisson, as the target"),
        ("organic", "poisson", "allowed: binary, multiclass, as the target organic is a boolean"),
        ("grade", "binary", "allowed: multiclass, as the target grade is one of 3 categories"),
    ],
)
def test_a_wrong_objective_is_told_with_what_fits(
    wine: dict[str, Any], change: Change, target: str, objective: str, told: str
) -> None:
    document = change(change(wine, "data.target", target), "training.objective", objective)

    with pytest.raises(ModelFileError, match=told):
        Model.from_json(document)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ({"kind": "categorical", "max_values": 9}, "two values or more, declared in `values`"),
        ({"kind": "categorical", "values": ["a"]}, "two values or more, declared in `values`"),
        ({"kind": "categorical", "values": ["a", "b"], "nullable": True}, "not nullable"),
        ({"kind": "boolean", "nullable": True}, "not nullable"),
    ],
)
def test_a_label_is_declared_and_never_empty(
    wine: dict[str, Any], change: Change, column: dict[str, Any], told: str
) -> None:
    document = change(wine, "data.columns[4]", {"name": "quality", **column})

    with pytest.raises(ModelFileError, match=told):
        Model.from_json(document)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("training.class_weights", "balanced", "none, as the target is a number"),
        ("training.search.trials", 0, "a whole number from 1 to 16"),
        ("training.search.minutes", 5, "an unknown field"),
        ("training.hyperparameters.trials", 5, "training.search.trials"),
        ("training.monotone.acd", "increasing", "did you mean 'acid'"),
        ("training.monotone.colour", "increasing", "a feature that is a number or a boolean"),
        ("training.monotone.acid", "up", "increasing, decreasing"),
        ("training.features.exclude", ["sugr"], "did you mean 'sugar'"),
        ("training.features.exclude", ["sugar", "sugar"], "each once"),
        ("training.features.exclude", ["quality"], "colour, acid, sugar, organic, grade"),
        ("training.features.derived", [{"name": "x"}], "one of ratio, difference, product, log"),
        ("training.features.derived", [{"name": "x", "log": "colour"}], "numeric or integer"),
        ("training.features.derived", [{"name": "x", "ratio": ["acid"]}], "a list of two columns"),
        ("training.features.derived", [{"name": "acid", "log": "acid"}], "nothing else has"),
        ("training.hyperparameters.note", "x" * 2500, "'2502 characters'; allowed: at most 2500"),
        ("training.features.derived", [{"name": "quality", "log": "acid"}], "nothing else has"),
    ],
)
def test_what_training_cannot_do_is_one_problem(
    wine: dict[str, Any], change: Change, field: str, value: object, told: str
) -> None:
    with pytest.raises(ModelFileError) as caught:
        Model.from_json(change(wine, field, value))

    (problem,) = caught.value.problems
    assert told in str(problem)


def test_a_feature_is_left(wine: dict[str, Any], change: Change) -> None:
    names = [str(column["name"]) for column in COLUMNS if column["name"] != "quality"]

    with pytest.raises(ModelFileError, match="a feature that is left"):
        Model.from_json(change(wine, "training.features.exclude", names))


def test_a_direction_holds_for_no_derived_feature(wine: dict[str, Any], change: Change) -> None:
    document = change(wine, "training.monotone.acid", "increasing")
    document = change(
        document, "training.features.derived", [{"name": "x", "ratio": ["sugar", "acid"]}]
    )

    with pytest.raises(ModelFileError, match="no derived feature of it, as x is"):
        Model.from_json(document)


def test_a_model_of_many_classes_has_no_direction(wine: dict[str, Any], change: Change) -> None:
    document = change(change(wine, "data.target", "grade"), "training.monotone.acid", "increasing")

    with pytest.raises(ModelFileError, match="a model of many classes has no direction"):
        Model.from_json(document)


def test_the_job_is_told_in_texts_of_json(wine: dict[str, Any], change: Change) -> None:
    document = change(wine, "training.monotone.sugar", "decreasing")
    document = change(document, "training.features.exclude", ["organic"])
    document = change(document, "training.features.derived", [{"name": "x", "log": "acid"}])
    document = change(document, "training.hyperparameters.rounds", 50)

    texts = hyperparameter_texts(Model.from_json(document).training)

    words = {name: texts.pop(name) for name in ("algorithm", "objective", "class_weights")}
    assert words == {
        "algorithm": "ensemble", "objective": "squared_error", "class_weights": "none",
    }  # fmt: skip
    assert {name: json.loads(text) for name, text in texts.items()} == {
        "rounds": 50,
        "trials": 16,
        "monotone": {"sugar": "decreasing"},
        "exclude": ["organic"],
        "derived": [{"name": "x", "log": "acid"}],
    }


def test_all_of_it_survives_a_journey_as_json(wine: dict[str, Any], change: Change) -> None:
    document = change(wine, "training.monotone.sugar", "decreasing")
    document = change(document, "training.features.derived", [{"name": "x", "log": "acid"}])
    document = change(document, "evaluation.champion", {"not_worse_at": 0.8})
    model = Model.from_json(document)

    assert Model.from_json(json.loads(json.dumps(model.to_json()))) == model


def test_up_to_sixteen_instances_train_one_model(smallest: dict[str, Any], change: Change) -> None:
    model = Model.from_json(change(smallest, "training.instance_count", 16))

    assert model.training.instance_count == 16


@pytest.mark.parametrize("count", [0, 17, "two"])
def test_another_number_of_instances_is_refused(
    smallest: dict[str, Any], change: Change, count: object
) -> None:
    with pytest.raises(ModelFileError, match=r"training\.instance_count"):
        Model.from_json(change(smallest, "training.instance_count", count))
