"""Flat texts become typed hyperparameters, or a message with all problems."""

import pytest

from training_image.errors import TrainingError
from training_image.hyperparameters import Hyperparameters, parse_hyperparameters


def test_nothing_given_means_the_defaults() -> None:
    assert parse_hyperparameters({}) == Hyperparameters()


def test_texts_are_json() -> None:
    chosen = parse_hyperparameters(
        {"objective": '"absolute_error"', "rounds": "10", "subsample": "1"}
    )

    assert (chosen.objective, chosen.rounds, chosen.subsample) == ("absolute_error", 10, 1.0)
    assert isinstance(chosen.subsample, float)


def test_algorithm_and_objective_may_be_plain_words() -> None:
    chosen = parse_hyperparameters({"algorithm": "ensemble", "objective": "squared_error"})

    assert chosen == Hyperparameters()


def test_a_misspelt_name_gets_a_suggestion() -> None:
    with pytest.raises(TrainingError, match="'learning_rat', did you mean 'learning_rate'"):
        parse_hyperparameters({"learning_rat": "0.1"})


def test_a_name_like_no_other_gets_the_list() -> None:
    with pytest.raises(TrainingError, match="known are algorithm, objective, class_weights"):
        parse_hyperparameters({"zzz": "1"})


def test_all_problems_come_together() -> None:
    with pytest.raises(TrainingError) as caught:
        parse_hyperparameters({"rounds": "0", "max_depth": "2.5", "seeed": "1"})

    assert all(word in str(caught.value) for word in ("rounds is 0", "max_depth is 2.5", "seeed"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rounds", "true"),
        ("rounds", '"many"'),
        ("learning_rate", "0"),
        ("learning_rate", "1.5"),
        ("subsample", "null"),
        ("min_child_weight", "Infinity"),
        ("gamma", "NaN"),
        ("objective", "tweedie"),
        ("algorithm", "[1]"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_what_is(name: str, text: str) -> None:
    with pytest.raises(TrainingError, match=rf"{name} is .*expected"):
        parse_hyperparameters({name: text})
